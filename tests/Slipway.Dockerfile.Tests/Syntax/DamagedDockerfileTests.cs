using System.Text;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Dockerfile.Tests.Syntax;

/// <summary>Damaged Dockerfiles and ignore files are read without a crash, printed as they were, and have their mistakes named.</summary>
public sealed class DamagedDockerfileTests
{
    private const string Valid = """
        # syntax=docker/dockerfile:1
        # escape=\
        ARG BASE=debian:bookworm
        FROM --platform=$BUILDPLATFORM ${BASE:-x} AS first
        ARG N=1
        IF "$N" == "1" && defined(BASE)
        RUN --mount=type=cache,target=/c,sharing=locked --network=none echo "a b" \
          # comment
          && true
        ELSE IF $N =~ "^[0-9]+$"
        COPY --from=first --chown=1:2 --chmod=u+x ["a b", "/x/"]
        ELSE
        ADD --checksum=sha256:00 https://x/y#z /y
        DONE
        ENV A=1 B="two words" C='x $A' D=${A%%1}${B/two/three}
        RUN <<EOF cat
        text $A
        EOF
        COPY <<-'ONE' <<TWO /t/
        	1
        	ONE
        2
        TWO
        HEALTHCHECK --interval=5s --retries=3 CMD curl -f http://localhost/
        EXPOSE 80/tcp 1000-1010
        ONBUILD RUN echo x
        SHELL ["/bin/bash", "-c"]
        LABEL a=b "c d"="e f"
        USER 1:2
        STOPSIGNAL SIGTERM
        VOLUME ["/v"]
        ENTRYPOINT ["/x"]
        CMD y

        """;

    [Fact]
    public void A_damaged_Dockerfile_is_read_without_a_crash_and_prints_as_it_was()
    {
        byte[] valid = Encoding.UTF8.GetBytes(Valid), other = Encoding.UTF8.GetBytes("RUN <<A <<B\n${${a:?\\\n`\r\n\t'\"[[{\nIF ((((!\nELSE\nENDIF\n--x=\n");
        foreach (int seed in Mutations.Seeds(6000))
        {
            string text = Encoding.UTF8.GetString(new Mutations(seed).Damage(valid, other));
            try
            {
                DockerfileDocument document = DockerfileDocument.Parse(new SourceText("Dockerfile", text));
                Assert.Equal(text, document.ToString());
                Assert.All(document.Diagnostics, d => Assert.InRange(d.Span.Start, 0, text.Length));
                _ = document.Resolve(new Dictionary<string, string> { ["N"] = "2" }, new Dictionary<string, string>());
            }
            catch (DiagnosticException)
            {
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}\n{text}", e);
            }
        }
    }

    [Fact]
    public void A_damaged_ignore_file_is_read_or_refused_and_matches_without_a_crash()
    {
        byte[] valid = "# comment\n*/temp*\n**/*.go\n!README.md\n/a/[b-d]?x\\*\ntemp?\n"u8.ToArray(), other = "[[]^-\\**//.."u8.ToArray();
        foreach (int seed in Mutations.Seeds(6000))
        {
            string text = Encoding.UTF8.GetString(new Mutations(seed).Damage(valid, other));
            try
            {
                var matcher = new IgnoreMatcher(IgnoreFile.Parse(text));
                foreach (string path in (string[])["a", "a/b/c.go", "README.md", "temp1", new string('a', 300)])
                {
                    _ = matcher.Matches(path);
                }
            }
            catch (FormatException)
            {
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}: {e.Message}\n{text}", e);
            }
        }
    }
}
