namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>The recipes, small and each about one thing.</summary>
internal static class Recipes
{
    private const string Box = "FROM slipway.test/busybox:latest\n";
    private const string Slim = "FROM slipway.test/debian-slim:latest\n";
    private const string Tree = "mkdir -p d/sub/deep && echo a > d/a && echo b > d/sub/b && echo c > d/sub/deep/c && chmod 600 d/a && chmod 755 d/sub/b && ln -s a d/link && ln -s /etc/passwd d/absolute";

    public static IReadOnlyDictionary<string, Recipe> All { get; } = new Dictionary<string, Recipe>
    {
        ["copy-file"] = new(Box + "COPY a /a\n", "echo hi > a"),
        ["copy-file-renamed"] = new(Box + "COPY a /etc/other\n", "echo hi > a"),
        ["copy-file-into-new-directory"] = new(Box + "COPY a /new/deep/\n", "echo hi > a"),
        ["copy-file-to-new-path"] = new(Box + "COPY a /new/deep/b\n", "echo hi > a"),
        ["copy-file-into-existing-directory"] = new(Box + "COPY a /tmp\n", "echo hi > a"),
        ["copy-over-a-file"] = new(Box + "RUN echo old > /a && chmod 600 /a\nCOPY a /a\n", "echo new > a; chmod 755 a"),
        // setuid and setgid are left to the run rows: buildah takes them off files of the context, BuildKit does not.
        ["copy-modes"] = new(Box + "COPY . /m/\n", "for m in 400 444 600 640 755 777 1777; do echo $m > f$m; chmod $m f$m; done"),
        ["copy-directory-content"] = new(Box + "COPY d /x\n", Tree),
        ["copy-directory-into-existing"] = new(Box + "RUN mkdir -p /x/sub && echo old > /x/sub/old && chmod 700 /x\nCOPY d /x/\n", Tree),
        ["copy-two-sources"] = new(Box + "COPY a d /x/\n", Tree + " && echo 1 > a"),
        ["copy-whole-context"] = new(Box + "COPY . /all\n", Tree),
        ["copy-wildcard"] = new(Box + "COPY f*.txt /x/\n", "touch f1.txt f2.txt g.txt; echo 3 > f3.txt"),
        ["copy-wildcard-in-directory"] = new(Box + "COPY d/*/b /x/\n", Tree),
        ["copy-wildcard-names-directory"] = new(Box + "COPY d* /x/\n", Tree),
        ["copy-character-class"] = new(Box + "COPY [ab]? /x/\n", "touch a1 b2 c3"),
        ["copy-json-names-with-spaces"] = new(Box + "COPY [\"a b\", \"/x y/\"]\n", "echo 1 > 'a b'"),
        ["copy-unicode-names"] = new(Box + "COPY . /u/\n", "echo 1 > 'ünïcödé 数据'; mkdir 'дир'; echo 2 > 'дир/файл'"),
        ["copy-long-names"] = new(Box + "COPY . /l/\n", "n=$(printf 'x%.0s' $(seq 200)); mkdir -p $n/$n && echo 1 > $n/$n/$n"),
        ["copy-chown-numbers"] = new(Box + "COPY --chown=12:34 d /owned\n", Tree),
        ["copy-chown-one-number"] = new(Box + "COPY --chown=12 a /owned/a\n", "echo 1 > a"),
        ["copy-chown-name"] = new(Slim + "RUN useradd -u 1234 -g users alice\nCOPY --chown=alice:users a /home/\n", "echo 1 > a"),
        ["copy-chmod"] = new(Box + "COPY --chmod=750 a /x/a\n", "echo 1 > a; chmod 600 a"),
        ["copy-empty-directory"] = new(Box + "COPY d /x\n", "mkdir -p d/empty"),
        ["copy-hard-links-of-a-stage"] = new(Box.Replace("latest\n", "latest AS one\n", StringComparison.Ordinal) + "RUN mkdir /h && echo 1 > /h/a && ln /h/a /h/b\n" + Box + "COPY --from=one /h /h\n"),
        ["copy-from-stage-keeps-owner"] = new(Box.Replace("latest\n", "latest AS one\n", StringComparison.Ordinal) + "RUN mkdir /o && echo 1 > /o/f && chown -R 7:8 /o && chmod 640 /o/f\n" + Box + "COPY --from=one /o /o\n"),
        ["copy-from-stage-chown"] = new(Box.Replace("latest\n", "latest AS one\n", StringComparison.Ordinal) + "RUN mkdir /o && echo 1 > /o/f\n" + Box + "COPY --from=one --chown=5:6 /o /o\n"),
        ["copy-from-stage-number"] = new(Box + "RUN echo 1 > /f\n" + Box + "COPY --from=0 /f /g\n"),
        ["copy-from-image"] = new(Box + "COPY --from=slipway.test/debian-slim:latest /etc/debian_version /v\n"),
        ["copy-from-stage-links"] = new(Box.Replace("latest\n", "latest AS one\n", StringComparison.Ordinal) + "RUN mkdir /s && echo 1 > /s/f && ln -s f /s/l && ln -s /nowhere /s/dangling\n" + Box + "COPY --from=one /s /s\n"),
        ["copy-through-a-linked-directory"] = new(Box + "RUN mkdir /real && ln -s real /via\nCOPY a /via/\n", "echo 1 > a"),
        ["ignore-file"] = new(Box + "COPY . /x\n", Tree + " && printf 'd/sub\\n*.log\\n!keep.log\\n' > .dockerignore && touch a.log keep.log"),
        ["ignore-file-takes-back"] = new(Box + "COPY . /x\n", Tree + " && printf 'd\\n!d/sub/b\\n' > .dockerignore"),
        ["add-tar"] = new(Box + "ADD a.tar /x/\n", Tree + " && tar --owner=0 --group=0 -cf a.tar d && rm -r d"),
        ["add-tar-gz"] = new(Box + "ADD a.tgz /x/\n", Tree + " && tar --owner=0 --group=0 -czf a.tgz d && rm -r d"),
        ["add-tar-xz"] = new(Box + "ADD a.tar.xz /x/\n", Tree + " && tar --owner=0 --group=0 -cJf a.tar.xz d && rm -r d"),
        ["add-tar-keeps-owner-and-links"] = new(Box + "ADD a.tar /x/\n", "mkdir t && echo 1 > t/a && ln t/a t/b && ln -s a t/c && tar --owner=11 --group=22 -cf a.tar t && rm -r t"),
        ["add-plain-file"] = new(Box + "ADD a /x/\n", "echo 1 > a"),
        ["run-makes-and-removes"] = new(Box + "RUN mkdir /r && echo 1 > /r/a && echo 2 > /r/b\nRUN rm /r/a && echo 3 > /r/c\n"),
        ["run-removes-a-directory-of-the-base"] = new(Slim + "RUN rm -rf /opt /srv\n"),
        ["run-replaces-a-directory"] = new(Box + "RUN mkdir /r && echo 1 > /r/old\nRUN rm -r /r && mkdir /r && echo 2 > /r/new\n"),
        ["run-replaces-a-file-by-a-directory"] = new(Box + "RUN echo 1 > /r\nRUN rm /r && mkdir /r && echo 2 > /r/f\n"),
        ["run-changes-a-mode"] = new(Box + "RUN echo 1 > /f\nRUN chmod 4711 /f\n"),
        ["run-changes-an-owner"] = new(Slim + "RUN useradd -u 1001 bob && mkdir -p /data/in && touch /data/in/f && chown -R bob:bob /data\n"),
        ["run-renames"] = new(Box + "RUN mkdir -p /a/b && echo 1 > /a/b/f\nRUN mv /a /z\n"),
        ["run-fifo-and-links"] = new(Box + "RUN mkdir /s && mkfifo /s/p && ln -s ../etc /s/l && echo 1 > /s/f && ln /s/f /s/g\n"),
        ["run-json-form"] = new(Box + "RUN [\"/bin/sh\", \"-c\", \"echo $0 $1 > /f\", \"x\", \"y\"]\n"),
        ["run-many-files"] = new(Box + "RUN mkdir /n && for i in $(seq 300); do echo $i > /n/$i; done\nRUN rm /n/1*\n"),
        ["run-as-user"] = new(Slim + "RUN useradd -m -u 1500 carol\nUSER carol\nRUN touch /home/carol/f && id -un > /home/carol/who\n"),
        ["run-sees-arg-and-env"] = new(Box + "ARG A=one\nENV B=two C=${A}-x\nRUN echo $A $B $C > /f\n", "true", "--build-arg", "A=given"),
        // CMD stands in JSON: buildah forgets SHELL for CMD, BuildKit does not.
        ["shell"] = new(Box + "SHELL [\"/bin/sh\", \"-e\", \"-c\"]\nRUN echo 1 > /f\nCMD [\"echo\", \"hi\"]\n"),
        ["workdir"] = new(Box + "WORKDIR /w/x\nRUN pwd > here\nWORKDIR y\nRUN pwd > here\nCOPY a .\n", "echo 1 > a"),
        ["workdir-existing"] = new(Slim + "WORKDIR /tmp\nRUN touch f\n"),
        ["env-forms"] = new(Box + "ENV A=1 B=\"two words\" C='single $A' D=e\\ f\nENV OLD the old form\nENV A=${A}2 E=${A:-x} F=${NOPE:-default} G=${A:+set}\n"),
        ["labels"] = new(Box + "LABEL a=1 \"b c\"=\"d e\"\nLABEL a=2 multi=\"x \\\n y\"\n"),
        ["ports-volumes-signal"] = new(Box + "EXPOSE 80 443/tcp 53/udp\nVOLUME /data \"/more\"\nSTOPSIGNAL SIGINT\nUSER 1000:1000\n"),
        ["entrypoint-and-cmd"] = new(Box + "ENTRYPOINT [\"/bin/echo\", \"a\"]\nCMD [\"b\"]\n"),
        ["entrypoint-clears-cmd"] = new(Box + "ENTRYPOINT /bin/echo hi\n"),
        ["healthcheck"] = new(Box + "HEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD wget -q localhost || exit 1\n"),
        ["onbuild"] = new(Box + "ONBUILD RUN echo later > /f\nONBUILD COPY . /x\n"),
        ["from-stage"] = new(Box.Replace("latest\n", "latest AS base\n", StringComparison.Ordinal) + "ENV A=1\nRUN echo 1 > /one\nFROM base\nRUN echo 2 > /two\n"),
        ["target"] = new(Box.Replace("latest\n", "latest AS first\n", StringComparison.Ordinal) + "RUN echo 1 > /one\n" + Box + "RUN echo 2 > /two\n", "true", "--target", "first"),
        ["scratch"] = new("FROM scratch\nCOPY d /d\nENV X=1\nCMD [\"/d/a\"]\n", Tree),
        ["arg-before-from"] = new("ARG NAME=busybox\nFROM slipway.test/$NAME:latest\nARG NAME\nRUN echo $NAME > /f\n"),
    };
}
