"""Serves a Python index (PEP 503, 592, 658, 691, 700, 792) over HTTP, with faults on demand; used by the script `serve-python` beside it.

  /simple/…              the index: JSON or HTML, as Accept says
  /flat/                 one page with all files, for --find-links
  /files/…               the files, and FILE.metadata
  /FAULT,FAULT/simple/…  the same, faulty; what lies below refers to the same faults:
      html               only HTML              no-ranges          no ranges of files
      no-metadata        no PEP 658             login              wants the user "reader" with the password "s3cret"
      busy=N             503 for the first N requests             slow=MS      waits before each answer
      wrong-hash=NAME    pages tell another hash (NAME: a project or a file)    wrong-bytes=NAME   files are changed
      truncated=NAME     connections end in the middle of such a file           yanked=FILE        the file is yanked
      no-size=NAME       pages tell no size     version2           pages say API version 2.0
      archived=NAME  deprecated=NAME  quarantined=NAME             the project's status (PEP 792)
      only=NAME;NAME     the index has only these projects        before=DATE  the index has only files older than that
      gone=NAME          the index has not these projects
  /log                   what was asked for since the last look: one line each, with the bytes that were sent
"""
import base64, email.utils, hashlib, html, http.server, json, os, re, sys, threading, time, urllib.parse

JSON, HTML = "application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html"


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


class Faults:
    def __init__(self, text):
        self.text = text
        self.all = [(k, v) for k, _, v in (f.partition("=") for f in text.split(",") if f)]

    def has(self, kind):
        return any(k == kind for k, _ in self.all)

    def value(self, kind):
        return next((v for k, v in self.all if k == kind), None)

    def hits(self, kind, project, file):
        return any(k == kind and v in (project, file) for k, v in self.all)


class Index:
    def __init__(self, folder):
        self.folder = folder
        self.projects = json.load(open(f"{folder}/index.json"))
        self.owner = {f["filename"]: name for name, files in self.projects.items() for f in files}
        self.lock, self.log, self.asked = threading.Lock(), [], {}

    def visible(self, faults):
        only, gone, before = faults.value("only"), faults.value("gone"), faults.value("before")
        for name, files in self.projects.items():
            if (only is None or name in only.split(";")) and (gone is None or name not in gone.split(";")):
                yield name, [f for f in files if before is None or f["upload-time"] < before]

    def project(self, name, faults):
        """The page of a project as PEP 691 has it, or None."""
        files = dict(self.visible(faults)).get(name)
        if files is None:
            return None
        shown = []
        for file in files:
            entry = {k: v for k, v in file.items() if k != "version"} | {"url": f"../../files/{file['filename']}"}
            if faults.hits("wrong-hash", name, file["filename"]):
                entry["hashes"] = {"sha256": hashlib.sha256(b"other").hexdigest()}
            if faults.has("no-metadata"):
                entry.pop("core-metadata", None)
            if faults.hits("no-size", name, file["filename"]):
                entry.pop("size")
            if faults.hits("yanked", name, file["filename"]):
                entry["yanked"] = "it eats files"
            shown.append(entry)
        page = {"meta": {"api-version": "2.0" if faults.has("version2") else "1.4"}, "name": name, "files": shown, "versions": sorted({f["version"] for f in files})}
        for status in ("archived", "deprecated", "quarantined"):
            if faults.hits(status, name, ""):
                page["project-status"] = {"status": status, "reason": "as the test wants it"}
                if status == "quarantined":
                    page["files"] = []
        return page


def links(files, prefix=None):
    """Anchors of PEP 503."""
    lines = []
    for file in files:
        url = (prefix + file["filename"] if prefix else file["url"]) + "".join(f"#{k}={v}" for k, v in file["hashes"].items())
        extra = ""
        if "requires-python" in file:
            extra += f' data-requires-python="{html.escape(file["requires-python"])}"'
        if "core-metadata" in file:
            extra += f' data-core-metadata="sha256={file["core-metadata"]["sha256"]}"'
        if "yanked" in file:
            extra += f' data-yanked="{html.escape(file["yanked"])}"'
        lines.append(f'    <a href="{html.escape(url)}"{extra}>{html.escape(file["filename"])}</a><br/>')
    return "\n".join(lines)


def page(title, body, version="1.4", status=None):
    told = f'\n    <meta name="pypi:project-status" content="{status}">' if status else ""
    return f'<!DOCTYPE html>\n<html>\n  <head>\n    <meta name="pypi:repository-version" content="{version}">{told}\n    <title>{title}</title>\n  </head>\n  <body>\n{body}\n  </body>\n</html>\n'.encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one piece: written apart, the second waits for the client's delayed acknowledgement
    disable_nagle_algorithm = True
    index = None

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        if path == "/log":
            with self.index.lock:
                text, self.index.log = "".join(line + "\n" for line in self.index.log), []
            return self.send(200, text.encode(), "text/plain", logged=False)
        first, _, rest = path[1:].partition("/")
        faults = Faults("")
        if first not in ("simple", "flat", "files"):
            faults, (first, _, rest) = Faults(first), rest.partition("/")
        if (wait := faults.value("slow")) is not None:
            time.sleep(int(wait) / 1000)
        if (limit := faults.value("busy")) is not None:
            with self.index.lock:
                count = self.index.asked[faults.text] = self.index.asked.get(faults.text, 0) + 1
            if count <= int(limit):
                return self.send(503, b"busy\n", "text/plain", {"Retry-After": "0"})
        if faults.has("login") and self.headers.get("Authorization") != "Basic " + base64.b64encode(b"reader:s3cret").decode():
            return self.send(401, b"who are you?\n", "text/plain", {"WWW-Authenticate": 'Basic realm="index"'})
        if first == "simple":
            return self.simple(rest, faults)
        if first == "flat" and not rest:
            files = [f for _, project in self.index.visible(faults) for f in project]
            return self.send(200, page("files", links(files, "../files/")), "text/html; charset=utf-8")
        if first == "files":
            return self.file(rest, faults)
        self.send(404, b"no such page\n", "text/plain")

    def simple(self, name, faults):
        name, slash, rest = name.partition("/")
        if rest or (name and name != normal(name)):
            return self.send(404, b"no such page\n", "text/plain")
        if name and not slash:
            return self.send(301, b"", "text/plain", {"Location": name + "/"})
        as_json = not faults.has("html") and self.wants_json()
        if not name:
            names = [n for n, _ in self.index.visible(faults)]
            if as_json:
                return self.send(200, json.dumps({"meta": {"api-version": "1.4"}, "projects": [{"name": n} for n in names]}).encode(), JSON)
            return self.send(200, page("index", "\n".join(f'    <a href="{n}/">{n}</a><br/>' for n in names)), HTML)
        project = self.index.project(name, faults)
        if project is None:
            return self.send(404, b"no such project\n", "text/plain")
        if as_json:
            return self.send(200, json.dumps(project).encode(), JSON)
        text = page(name, links(project["files"]), project["meta"]["api-version"], project.get("project-status", {}).get("status"))
        self.send(200, text, "text/html; charset=utf-8" if "html" not in self.headers.get("Accept", "") else HTML)

    def wants_json(self):
        best = {}
        for part in self.headers.get("Accept", "*/*").split(","):
            kind, *parameters = [p.strip() for p in part.split(";")]
            quality = next((float(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
            best[kind] = quality
        as_html = max(best.get(HTML, 0), best.get("text/html", 0), best.get("*/*", 0))
        return best.get(JSON, best.get("application/vnd.pypi.simple.latest+json", 0)) >= as_html and (JSON in best or "application/vnd.pypi.simple.latest+json" in best)

    def file(self, name, faults):
        of = name.removesuffix(".metadata")
        project = self.index.owner.get(of)
        path = os.path.join(self.index.folder, "files", name)
        if project is None or not os.path.isfile(path) or (name != of and faults.has("no-metadata")):
            return self.send(404, b"no such file\n", "text/plain")
        with open(path, "rb") as file:
            content = file.read()
        if name == of and faults.hits("wrong-bytes", project, of):
            content = content[:-1] + bytes([content[-1] ^ 1])
        cut = name == of and faults.hits("truncated", project, of)
        kind = "application/octet-stream"
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Last-Modified": email.utils.formatdate(1735689600, usegmt=True)}
        if faults.has("no-ranges"):
            return self.send(200, content, kind, headers, cut=cut)
        headers["Accept-Ranges"] = "bytes"
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if not asked or (not asked[1] and not asked[2]):
            return self.send(200, content, kind, headers, cut=cut)
        start = int(asked[1]) if asked[1] else max(0, len(content) - int(asked[2]))
        end = min(int(asked[2]) + 1 if asked[1] and asked[2] else len(content), len(content))
        if start >= end:
            return self.send(416, b"", kind, {"Content-Range": f"bytes */{len(content)}"})
        self.send(206, content[start:end], kind, headers | {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"}, cut=cut)

    def send(self, status, content, kind, headers=(), cut=False, logged=True):
        headers = dict(headers)
        if status == 200 and "ETag" not in headers:
            headers |= {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "Cache-Control": "max-age=600", "Vary": "Accept"}
        if status == 200 and self.headers.get("If-None-Match") == headers.get("ETag"):
            status, content = 304, b""
        if logged:
            with self.index.lock:
                self.index.log.append(f"{self.command} {self.path} {status} {len(content)}{' ' + self.headers['Range'] if status == 206 else ''}")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(content[:len(content) // 2] if cut else content)
            if cut:
                self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_):
        pass # somebody hung up


def main(folder, lifeline):
    Handler.index = Index(folder)
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"127.0.0.1:{server.server_port}", flush=True)
    while os.read(int(lifeline), 4096):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
