"""Turns Debian packages into a Python index; used by the script `python` beside it, which says what for.

  --packages SUITE                 prints the Debian packages that are wanted of a suite (this: the machine's own; next: the one after it, for other versions)
  --convert ARCHIVES… INDEX        writes the index from folders of archives, one for each suite, the machine's own first

The index is a folder: files/NAME (wheels and source archives), files/NAME.metadata (PEP 658), and index.json, from which python_index.py makes the pages.
"""
import base64, concurrent.futures, email.parser, glob, gzip, hashlib, io, json, os, re, shutil, subprocess, sys, tarfile, tempfile, zipfile

from debian_to_conda import is_elf

NATIVE = """numpy pandas pandas-lib scipy sklearn sklearn-lib matplotlib astropy erfa contourpy kiwisolver pil yaml fonttools markupsafe greenlet psutil simplejson ujson
msgpack multidict yarl frozenlist aiohttp pyrsistent wrapt statsmodels statsmodels-lib""".split()
PURE = """seaborn requests flask jinja2 rich tqdm attr pytest click werkzeug itsdangerous packaging six dateutil tz certifi idna chardet charset-normalizer urllib3 pygments
markdown-it mdurl iniconfig pluggy cycler pyparsing joblib threadpoolctl configobj ply typing-extensions toml tomli colorama decorator networkx sympy mpmath filelock
platformdirs sqlalchemy asgiref sqlparse httpx httpcore h11 anyio sniffio starlette fastapi pydantic uvicorn aiosignal async-timeout jsonschema more-itertools
importlib-metadata zipp poetry-core hatchling pathspec trove-classifiers dask toolz cloudpickle fsspec partd locket patsy xarray bs4 soupsieve docopt tabulate termcolor
rfc3986 gunicorn redis cachetools uncertainties html5lib webencodings setuptools-scm blinker""".split()
WHEELS = ["python3-pip-whl", "python3-setuptools-whl", "python3-wheel-whl"]
# Not twice what is large and hardly looked at; html5lib of the next suite is another project.
THIS_ONLY = set("tz networkx sympy dask xarray seaborn html5lib pydantic scipy sklearn sklearn-lib matplotlib astropy erfa statsmodels statsmodels-lib aiohttp".split())
NEXT_NATIVE = set("numpy pandas pandas-lib yaml markupsafe tomli simplejson charset-normalizer contourpy kiwisolver".split())

# When a suite's packages came to the index: what --exclude-newer looks at.
UPLOADED = ["2023-01-15T12:00:00Z", "2025-03-01T12:00:00Z"]

# What a project needs at run time, as its authors say it; Debian turns these lines into dependencies of its own and removes them.
NEEDS = {
    "aiohttp": ["attrs>=17.3.0", "charset-normalizer<4.0,>=2.0", "multidict<7.0,>=4.5", "async-timeout<5.0,>=4.0.0a3", "yarl<2.0,>=1.0", "frozenlist>=1.1.1", "aiosignal>=1.1.2"],
    "aiosignal": ["frozenlist>=1.1.0"],
    "anyio": ["idna>=2.8", "sniffio>=1.1"],
    "astropy": ["numpy>=1.20", "pyerfa>=2.0", "PyYAML>=3.13", "packaging>=19.0", "configobj", "ply"],
    "beautifulsoup4": ["soupsieve>1.2"],
    "click": ['colorama; platform_system == "Windows"'],
    "dask": ["click>=7.0", "cloudpickle>=1.1.1", "fsspec>=0.6.0", "packaging>=20.0", "partd>=0.3.10", "pyyaml>=5.3.1", "toolz>=0.8.2"],
    "flask": ["Werkzeug>=2.2.2", "Jinja2>=3.0", "itsdangerous>=2.0", "click>=8.0", 'importlib-metadata>=3.6.0; python_version < "3.10"'],
    "gunicorn": ["setuptools>=3.0"],
    "html5lib": ["six>=1.9", "webencodings"],
    "httpcore": ["h11<0.15,>=0.13", "sniffio==1.*", "anyio<5.0,>=3.0", "certifi"],
    "jinja2": ["MarkupSafe>=2.0"],
    "matplotlib": ["contourpy>=1.0.1", "cycler>=0.10", "fonttools>=4.22.0", "kiwisolver>=1.0.1", "numpy>=1.19", "packaging>=20.0", "pillow>=6.2.0", "pyparsing>=2.2.1", "python-dateutil>=2.7"],
    "pandas": ["python-dateutil>=2.8.1", "pytz>=2020.1", 'numpy>=1.21.0; python_version >= "3.10"', 'numpy>=1.20.3; python_version < "3.10"'],
    "partd": ["locket", "toolz"],
    "patsy": ["six", "numpy>=1.4"],
    "pydantic": ["typing-extensions>=4.2.0"],
    "pyerfa": ["numpy>=1.17"],
    "python-dateutil": ["six>=1.5"],
    "redis": ["async-timeout>=4.0.2", "packaging>=20.4"],
    "requests": ["charset_normalizer<4,>=2", "idna<4,>=2.5", "urllib3<1.27,>=1.21.1", "certifi>=2017.4.17"],
    "scikit-learn": ["numpy>=1.17.3", "scipy>=1.3.2", "joblib>=1.1.1", "threadpoolctl>=2.0.0"],
    "sqlalchemy": ['greenlet!=0.4.17; python_version >= "3" and (platform_machine == "aarch64" or platform_machine == "x86_64" or platform_machine == "AMD64")'],
    "statsmodels": ["pandas>=0.25", "patsy>=0.5.2", "packaging>=21.3", "numpy>=1.17", "scipy>=1.3"],
    "sympy": ["mpmath>=0.19"],
    "uvicorn": ["asgiref>=3.4.0", "click>=7.0", "h11>=0.8"],
    "werkzeug": ["MarkupSafe>=2.1.1"],
    "xarray": ["numpy>=1.20", "pandas>=1.3", "packaging>=21.3"],
    "yarl": ["multidict>=4.0", "idna>=2.0"],
    ("pandas", "2.2.3"): ['numpy>=1.23.2; python_version == "3.11"', 'numpy>=1.26.0; python_version >= "3.12"', "python-dateutil>=2.8.2", "pytz>=2020.1"],
    ("python-dateutil", "2.9.0"): ["six>=1.5"],
    ("sqlalchemy", "2.0.40"): ['greenlet>=1; python_version < "3.14" and (platform_machine == "aarch64" or platform_machine == "x86_64")', "typing-extensions>=4.6.0"],
}

# Projects that have a source archive, and what builds it: nothing but setup.py, or pyproject.toml with a backend. Those in SOURCE_ONLY have no wheel of that version.
SOURCES = {("docopt", "0.6.2"): "legacy", ("termcolor", "1.1.0"): "legacy", ("six", "1.16.0"): "setuptools", ("toml", "0.10.2"): "setuptools",
           ("iniconfig", "1.1.1"): "setuptools", ("tabulate", "0.9.0"): "setuptools", ("sniffio", "1.3.1"): "flit_core", ("mdurl", "0.1.2"): "flit_core"}
SOURCE_ONLY = {("docopt", "0.6.2"), ("termcolor", "1.1.0"), ("tabulate", "0.9.0")}
BACKENDS = {"setuptools": ('["setuptools>=61"]', "setuptools.build_meta"), "flit_core": ('["flit_core>=3.4,<4"]', "flit_core.buildapi")}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(suite):
    if suite == "this":
        return sorted(["python3-" + n for n in NATIVE + PURE] + ["python-matplotlib-data", "flit"] + WHEELS)
    return sorted(["python3-" + n for n in set(PURE) - THIS_ONLY | NEXT_NATIVE] + ["flit"] + WHEELS)


# ---- one project of a Debian package ----

def sites(root):
    return sorted(glob.glob(f"{root}/usr/lib/python3*/dist-packages"))


def payload(root, info_names):
    """What is imported: place in the wheel → file. Links are followed when they lead into the package's own files."""
    found = {}
    for site in sites(root):
        for folder, names, files in os.walk(site, followlinks=True):
            at = os.path.relpath(folder, site)
            names[:] = sorted(n for n in names if n != "__pycache__" and not (at == "." and re.search(r"\.(dist|egg)-info$", n)) and os.path.realpath(os.path.join(folder, n)).startswith(root))
            for name in sorted(files):
                full = os.path.join(folder, name)
                if not name.endswith((".pyc", ".egg-info")) and os.path.isfile(full) and os.path.realpath(full).startswith(root):
                    found[os.path.normpath(os.path.join(at, name))] = full
    return found


def requires_txt(text):
    """Requires-Dist and Provides-Extra lines of an egg's requires.txt; only its extras are as the authors wrote them."""
    extra = marker = None
    lines = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            extra, _, marker = line[1:-1].partition(":")
            if extra and f"Provides-Extra: {extra}" not in lines:
                lines.append(f"Provides-Extra: {extra}")
        elif line and extra:
            condition = f'({marker}) and extra == "{extra}"' if marker else f'extra == "{extra}"'
            lines.append(f"Requires-Dist: {line}; {condition}")
    return lines


def metadata(info, version):
    """(name, version, the METADATA file) of an info directory or file of Debian's."""
    egg = info.endswith(".egg-info")
    path = info if os.path.isfile(info) else os.path.join(info, "PKG-INFO" if egg else "METADATA")
    text = open(path, encoding="utf-8").read()
    head, _, rest = text.partition("\n\n")
    fields = email.parser.HeaderParser().parsestr(text)
    name, said = fields["Name"], fields["Version"]
    version = version if said in ("0.0.0", "999") else said.split("+")[0]
    lines = [f"Version: {version}" if line.startswith("Version:") else line for line in head.splitlines()]
    needs = NEEDS.get((normal(name), version))
    if needs is None and egg and not any(line.startswith("Requires-Dist:") for line in lines):
        needs = NEEDS.get(normal(name), [])
    if needs is not None:
        extras = requires_txt(open(f"{info}/requires.txt").read()) if os.path.exists(f"{info}/requires.txt") else []
        if egg:
            lines = [line for line in lines if not line.startswith(("Requires-Dist:", "Provides-Extra:"))]
        first = next((i for i, line in enumerate(lines) if line.startswith("Description:")), len(lines))
        lines[first:first] = [f"Requires-Dist: {n}" for n in needs] + extras
    lines = ["Metadata-Version: 2.1" if line.startswith("Metadata-Version: 1") else line for line in lines]
    return name, version, "\n".join(lines) + "\n\n" + rest


def upstream(debian):
    return re.split(r"[+~]", debian.split(":")[-1].rsplit("-", 1)[0])[0]


# ---- archives ----

def record_line(name, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    return f'{csv(name)},sha256={digest},{len(content)}\n'


def csv(name):
    return '"' + name.replace('"', '""') + '"' if re.search('[",\n]', name) else name


def write_wheel(out, files, executable=()):
    """files: (name, content), the info directory last."""
    record = next(n for n, _ in files if n.endswith(".dist-info/METADATA"))[:-len("METADATA")] + "RECORD"
    text = "".join(record_line(n, c) for n, c in files) + f"{csv(record)},,\n"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*files, (record, text.encode())]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def write_source(out, name, version, text, files, kind):
    """A source archive: one folder with PKG-INFO, what builds it, and the modules."""
    tops = sorted({n.split("/")[0] for n in files})
    packages = sorted({os.path.dirname(n).replace("/", ".") for n in files if "/" in n and n.endswith(".py")})
    modules = [n[:-3] for n in tops if n.endswith(".py")]
    base = f"{normal(name).replace('-', '_')}-{version}"
    text = re.sub(r"^Metadata-Version: .*", f"Metadata-Version: {'1.2' if kind == 'legacy' else '2.2'}", text)
    tree = {"PKG-INFO": text.encode()} | {n: open(f, "rb").read() for n, f in files.items()}
    if kind == "legacy":
        tree["setup.py"] = f"from setuptools import setup\n\nsetup(name={name!r}, version={version!r}, packages={packages!r}, py_modules={modules!r})\n".encode()
    else:
        requires, backend = BACKENDS[kind]
        project = f'[build-system]\nrequires = {requires}\nbuild-backend = "{backend}"\n\n[project]\nname = "{name}"\nversion = "{version}"\n'
        if kind == "setuptools":
            project += f"\n[tool.setuptools]\npackages = {json.dumps(packages)}\npy-modules = {json.dumps(modules)}\n"
        else:
            project += f'description = "{name}"\n'
        tree["pyproject.toml"] = project.encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file in sorted(tree):
            entry = tarfile.TarInfo(f"{base}/{file}")
            entry.size, entry.mode, entry.mtime = len(tree[file]), 0o644, 1640995200
            tar.addfile(entry, io.BytesIO(tree[file]))
    with open(f"{out}/{base}.tar.gz", "wb") as file:
        file.write(gzip.compress(packed.getvalue(), mtime=0))


def convert(archives, parts, out):
    """The wheel, and the source archive where there is one, of the Debian packages that make up one project."""
    with tempfile.TemporaryDirectory() as root:
        root = os.path.realpath(root)
        for part in parts:
            subprocess.run(["dpkg-deb", "-x", next(iter(glob.glob(f"{archives}/{part}_*.deb"))), root], check=True)
        if parts[0].endswith("-whl"):
            for wheel in glob.glob(f"{root}/usr/share/python-wheels/*.whl"):
                shutil.copy(wheel, out)
            return
        infos = [i for site in sites(root) for i in sorted(glob.glob(f"{site}/*.dist-info") + glob.glob(f"{site}/*.egg-info"))]
        info = infos[0] if parts[0] != "flit" else next(i for i in infos if "flit_core" in i)
        debian = upstream(os.path.basename(glob.glob(f"{archives}/{parts[0]}_*.deb")[0]).split("_")[1].replace("%3a", ":"))
        name, version, text = metadata(info, {"2023.01.0": "2023.1.0"}.get(debian, debian))
        files = payload(root, infos)
        if parts[0] == "flit":
            files = {n: f for n, f in files.items() if n.startswith("flit_core/")}
        if parts[0] == "python3-matplotlib": # Debian's looks for its data in /usr/share
            for folder, _, names in os.walk(f"{root}/usr/share/matplotlib/mpl-data"):
                for data in names:
                    full = os.path.join(folder, data)
                    if os.path.isfile(full):
                        files[f"matplotlib/mpl-data/{os.path.relpath(full, f'{root}/usr/share/matplotlib/mpl-data')}"] = full
        if kind := SOURCES.get((normal(name), version)):
            write_source(out, name, version, text, files, kind)
        if (normal(name), version) in SOURCE_ONLY:
            return
        libraries = [n for n in files if re.search(r"\.so(\.|$)", n) and is_elf(files[n])]
        pythons = {m for n in libraries if (m := re.search(r"cpython-(\d+)-", n)) and m[1]}
        tag = f"cp{next(iter(sorted(m[1] for m in pythons)), '311')}" if libraries else None
        tag = f"{tag}-{tag}-linux_x86_64" if tag else "py3-none-any"
        folder = f"{normal(name).replace('-', '_')}-{version}.dist-info"
        content = sorted((n, open(f, "rb").read()) for n, f in files.items())
        if parts[0] == "python3-matplotlib":
            content = [(n, c.replace(b'"/usr/share/matplotlib/mpl-data"', b'str(Path(__file__).parent / "mpl-data")').replace(b"'/usr/share/matplotlib/mpl-data'", b'str(Path(__file__).parent / "mpl-data")')
                        .replace(b"/etc/matplotlibrc", b"/etc/matplotlibrc") if n == "matplotlib/__init__.py" else c) for n, c in content]
        kept = [(f"{folder}/{extra}", open(f"{info}/{extra}", "rb").read()) for extra in ("entry_points.txt", "top_level.txt") if os.path.isfile(f"{info}/{extra}")]
        wheel = f"Wheel-Version: 1.0\nGenerator: debian_to_python\nRoot-Is-Purelib: {'false' if libraries else 'true'}\nTag: {tag}\n"
        last = sorted([*kept, (f"{folder}/METADATA", text.encode()), (f"{folder}/WHEEL", wheel.encode())])
        write_wheel(f"{out}/{folder[:-len('.dist-info')]}-{tag}.whl", content + last)


# ---- the index ----

def described(path):
    """What the index says of a file."""
    content, file = open(path, "rb").read(), os.path.basename(path)
    entry = {"filename": file, "size": len(content), "hashes": {"sha256": hashlib.sha256(content).hexdigest()}}
    text = None
    if file.endswith(".whl"):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)))
        open(path + ".metadata", "wb").write(text)
        entry["core-metadata"] = {"sha256": hashlib.sha256(text).hexdigest()}
    else:
        with tarfile.open(path) as tar:
            text = next(tar.extractfile(m).read() for m in tar if m.name.count("/") == 1 and m.name.endswith("/PKG-INFO"))
    fields = email.parser.HeaderParser().parsestr(text.decode())
    if fields["Requires-Python"]:
        entry["requires-python"] = fields["Requires-Python"]
    return normal(fields["Name"]), fields["Version"], entry


def groups(archives):
    names = sorted(os.path.basename(f).split("_")[0] for f in glob.glob(f"{archives}/*.deb"))
    joined = {"python3-pandas": ["python3-pandas-lib"], "python3-sklearn": ["python3-sklearn-lib"], "python3-statsmodels": ["python3-statsmodels-lib"], "python3-matplotlib": ["python-matplotlib-data"]}
    parts = {p for more in joined.values() for p in more}
    return [[n, *[m for m in joined.get(n, []) if m in names]] for n in names if n not in parts]


def main(mode, *arguments):
    if mode == "--packages":
        print("\n".join(wanted(arguments[0])))
        return
    *suites, index = arguments
    projects = {}
    os.makedirs(f"{index}/files")
    for number, archives in reversed(list(enumerate(suites))): # where two suites have the same file, the machine's own stays
        with tempfile.TemporaryDirectory() as out:
            with concurrent.futures.ProcessPoolExecutor() as pool:
                for job in [pool.submit(convert, archives, parts, out) for parts in groups(archives)]:
                    job.result()
            for file in os.listdir(out):
                shutil.move(f"{out}/{file}", f"{index}/files/{file}")
                name, version, entry = described(f"{index}/files/{file}")
                project = projects.setdefault(name, {})
                project[file] = entry | {"upload-time": UPLOADED[number], "version": version}
    with open(f"{index}/index.json", "w") as file:
        json.dump({name: [project[f] for f in sorted(project)] for name, project in sorted(projects.items())}, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
