"""Turns Debian packages into a conda channel; used by the script `conda` beside it, which says what for.

  --roots                               prints the Debian packages to begin with
  --wanted PACKAGES                     prints those that are turned into conda packages (PACKAGES: stanzas as apt-cache show prints them)
  --convert PACKAGES ARCHIVES CHANNEL   writes the channel
"""
import bz2, concurrent.futures, hashlib, io, json, os, re, shutil, stat, subprocess, sys, tarfile, tempfile, zipfile

EPOCH = 1735689600
PREFIX = ("/build/slipway-world/conda" + "_placehold" * 30)[:255]
PYTHON = "3.11"
SITE = f"lib/python{PYTHON}/site-packages"
LIBRARIES = "usr/lib/x86_64-linux-gnu"

# Each conda package that is not simply one Debian package of nearly the same name.
MERGED = {
    "python": [f"python{PYTHON}-minimal", f"libpython{PYTHON}-minimal", f"libpython{PYTHON}-stdlib", f"python{PYTHON}", "python3-distutils", "python3-lib2to3"],
    "pandas": ["python3-pandas", "python3-pandas-lib"],
    "scikit-learn": ["python3-sklearn", "python3-sklearn-lib"],
    "matplotlib": ["python3-matplotlib", "python-matplotlib-data"],
    "r-base": ["r-base-core"],
    "pytz": ["python3-tz"], "python-dateutil": ["python3-dateutil"], "pyyaml": ["python3-yaml"], "pillow": ["python3-pil"], "pyerfa": ["python3-erfa"],
    "attrs": ["python3-attr"], "brotli-python": ["python3-brotli"], "contourpy": ["python3-contourpy"], "libstdcxx": ["libstdc++6"], "libgcc": ["libgcc-s1"],
}
ROOTS = """python3 python3-distutils python3-numpy python3-scipy python3-pandas python3-sklearn python3-matplotlib python3-seaborn python3-astropy python3-requests
python3-yaml python3-tqdm python3-jinja2 python3-pip-whl python3-setuptools-whl python3-wheel-whl r-base-core r-cran-dplyr r-cran-ggplot2 r-cran-tidyr libblas3
liblapack3""".split()
# The host has these (libc and a shell's tools), or only packaging needs them.
LEFT_OUT = re.compile(r"""libc6|libc-bin|libcrypt1|gcc-\d+-base|perl.*|libperl.*|lib.*-perl|debconf|dpkg|tar|ucf|procps|libproc2.*|sensible-utils|init-system-helpers
|sysvinit-utils|usrmerge|lsb-base|x11-common|xdg-utils|zip|unzip|cpp.*|gcc.*|g\+\+.*|binutils.*|libbinutils|libctf.*|libgprofng0|libjansson4|.*-dev|.*-dev-bin|rpcsvc-proto|libjs-.*
|python3-pytest.*|python3-(?:coverage|hypothesis|iniconfig|pluggy|py|more-itertools|sortedcontainers|psutil|tk|pil\.imagetk|pythran|gast|beniget|sympy|mpmath|fs|lxml|ufolib2|lz4|all|pkg-resources)
|python3|python3-minimal|libpython3-stdlib|python3\.11-venv|blt|tk8\.6.*|libtk8\.6|libtcl8\.6|libpaper.*|media-types|readline-common|libx11-data|fontconfig|libcc1-0|lib[alt]san.*|libubsan1
|libitm1|libatomic1|libisl23|libmpc3|libmpfr6|openssl|ca-certificates|unicode-data|libpython3\.11|r-cran-cpp11|libxsimd.*|libboost.*|libopenblas.*""".replace("\n", ""))
# Parts of /usr/share that programs read.
SHARED = re.compile(r"usr/share/(?:python-wheels|matplotlib|fonts|zoneinfo|R|xml/fontconfig|fontconfig|icu|astropy)(?:/|$)")


def stanzas(path):
    """Debian control stanzas by package, also under the names that packages only provide; the first of each."""
    found, provided = {}, {}
    for block in open(path, encoding="utf-8").read().split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", block, re.M))
        if "Package" in fields:
            found.setdefault(fields["Package"], fields)
            for name in re.findall(r"([^\s,(]+)(?:\s*\([^)]*\))?(?:,|$)", fields.get("Provides", "")):
                provided.setdefault(name, fields)
    return provided | found


def conda_name(debian):
    for name, parts in MERGED.items():
        if debian in parts:
            return name
    for pattern, made in ((r"python3-(.+)-whl", r"\1"), (r"python3-(.+)", r"\1"), (r"r-cran-(.+)", r"r-\1"), (r"(.+)", r"\1")):
        if re.fullmatch(pattern, debian):
            return re.sub(pattern, made, debian).replace("+", "x").lower()


def conda_version(debian):
    upstream = debian.split(":")[-1]
    upstream = upstream.rsplit("-", 1)[0] if "-" in upstream else upstream
    return re.sub(r"[^0-9A-Za-z._]", "_", re.split(r"\+(?:dfsg|ds|really|repack|git)|[+~]", upstream)[0])


def dependencies(fields):
    """(Debian name, operator, version) of each, the first alternative first; what Python or R's ABI packages say is left to their own rules."""
    for group in filter(None, (fields.get("Pre-Depends", "") + ", " + fields.get("Depends", "")).split(",")):
        yield [(m[1], m[2], m[3]) for m in (re.match(r"\s*([^\s:(]+)(?::\w+)?\s*(?:\((\S+)\s+([^)]+)\))?", one) for one in group.split("|")) if m]


def wanted(packages):
    """The Debian packages that are reached from the roots without what is left out."""
    seen, queue = set(), [r for r in ROOTS if r != "python3"] + MERGED["python"] + MERGED["pandas"] + MERGED["scikit-learn"] + MERGED["matplotlib"]
    while queue:
        name = queue.pop()
        if name in seen or name not in packages or LEFT_OUT.fullmatch(name):
            continue
        seen.add(name)
        for group in dependencies(packages[name]):
            queue += [packages[n]["Package"] for n, _, _ in group if n in packages][:1]
    return sorted(seen)


# ---- files: where they go in a prefix ----

def place(path):
    """The place in the prefix of a file of Debian's, or None when it stays away."""
    for start, to in ((f"usr/lib/python3/dist-packages/", SITE + "/"), (f"usr/lib/python{PYTHON}/dist-packages/", SITE + "/"), (LIBRARIES + "/", "lib/"), ("lib/x86_64-linux-gnu/", "lib/")):
        if path.startswith(start):
            return to + path[len(start):]
    if path.startswith(("usr/lib/", "usr/bin/")):
        return path[4:]
    if path.startswith("etc/R/"):
        return path
    return path[4:] if SHARED.match(path) else None


def is_left_out(place):
    return re.search(r"__pycache__|/EXTERNALLY-MANAGED$|\.a$|^lib/pkgconfig/|^lib/(binfmt\.d|debug|mime|valgrind|gconv|bfd-plugins|systemd)(/|$)|^bin/(dh_|py3|pydoc|pdb|pygettext|f2py)", place)


def relative(link, target):
    """The target of a symbolic link at a place of the prefix, relative; None when it leads to what is not there."""
    if target.startswith("/"):
        to = place(target[1:])
        return to and os.path.relpath(to, os.path.dirname(link))
    return target


def unpack(archive, root):
    """Puts the files of a Debian package where they belong in a prefix."""
    data = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        links = []
        for member in tar:
            path = member.name.removeprefix("./")
            to = place(path)
            if to is None or member.isdir() or is_left_out(to):
                continue
            target = os.path.join(root, to)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if member.issym():
                source = member.linkname if member.linkname.startswith("/") else "/" + os.path.normpath(os.path.join(os.path.dirname(path), member.linkname))
                if (to_link := relative(to, source)) is not None:
                    links.append((target, to_link))
            elif member.isfile() or member.islnk():
                with open(target, "wb") as file:
                    shutil.copyfileobj(tar.extractfile(member), file)
                os.chmod(target, 0o755 if member.mode & 0o111 else 0o644)
        for target, link in links:
            if not os.path.lexists(target):
                os.symlink(link, target)


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def files(root):
    for folder, names, found in os.walk(root):
        names.sort()
        for name in sorted(found + [n for n in names if os.path.islink(os.path.join(folder, n))]):
            yield os.path.relpath(os.path.join(folder, name), root)


def relocatable(root, absolute):
    """Lets every program and library find its libraries in the prefix, wherever that is. `absolute`: by the prefix's own path, as old packages do."""
    for path in files(root):
        full = os.path.join(root, path)
        if os.path.islink(full) or not is_elf(full):
            continue
        up = os.path.relpath("lib", os.path.dirname(path) or ".")
        search = [f"{PREFIX}/lib", f"{PREFIX}/lib/R/lib"] if absolute else ["$ORIGIN", f"$ORIGIN/{up}", f"$ORIGIN/{up}/R/lib", f"$ORIGIN/{up}/blas", f"$ORIGIN/{up}/lapack"]
        subprocess.run(["patchelf", "--set-rpath", ":".join(search), full], check=True, capture_output=True)


def rewrite(path, *changes):
    text = open(path, encoding="utf-8").read()
    for old, new in changes:
        text = text.replace(old, new)
    open(path, "w", encoding="utf-8").write(text)


def write(root, path, text, mode=0o644):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if os.path.lexists(full):
        os.remove(full)
    open(full, "w", encoding="utf-8").write(text)
    os.chmod(full, mode)


# ---- what some packages need besides ----

def finish_python(root):
    lib = f"{root}/lib/python{PYTHON}"
    rewrite(f"{lib}/sysconfig.py", ("'DEB_PYTHON_INSTALL_LAYOUT', 'posix_local'", "'DEB_PYTHON_INSTALL_LAYOUT', 'posix_prefix'"), ("            prefix_scheme = 'posix_local'", "            prefix_scheme = 'posix_prefix'"))
    for data in [f for f in os.listdir(lib) if f.startswith("_sysconfigdata")]:
        full = os.path.join(lib, data)
        if not os.path.islink(full):
            rewrite(full, ("'/usr'", f"'{PREFIX}'"), ("'/usr/", f"'{PREFIX}/"))
    # Debian's site module knows dist-packages only, and is frozen into the program.
    write(root, f"lib/python{PYTHON}/sitecustomize.py", f'import site\nimport sys\n\nsite.addsitedir(sys.prefix + "/{SITE}")\n')
    for name in ("python3", "python"):
        os.symlink(f"python{PYTHON}", f"{root}/bin/{name}")
    os.makedirs(f"{root}/{SITE}", exist_ok=True)
    write(root, f"{SITE}/README.txt", "Installed packages live here.\n")


def finish_r(root):
    os.remove(f"{root}/lib/R/etc/Renviron")
    shutil.copy(f"{root}/lib/R/etc/Renviron.ucf", f"{root}/etc/R/Renviron")
    os.symlink("../../../etc/R/Renviron", f"{root}/lib/R/etc/Renviron")
    changes = [("/usr/local/lib/R", f"{PREFIX}/lib/R"), ("/usr/lib/R", f"{PREFIX}/lib/R"), ("/usr/share/R", f"{PREFIX}/share/R"), ("/usr/${libnn", PREFIX + "/${libnn"), ("/usr/lib/x86_64-linux-gnu", f"{PREFIX}/lib")]
    for path in [p for p in files(root) if p.startswith(("bin/", "lib/R/bin/", "lib/R/etc/", "etc/R/"))]:
        full = os.path.join(root, path)
        if not os.path.islink(full) and not is_elf(full):
            rewrite(full, *changes)
    for path in ("bin/Rscript",):
        os.remove(os.path.join(root, path))
    write(root, "bin/Rscript", f'#!/bin/sh\nRHOME={PREFIX}/lib/R\nexport RHOME\nexec {PREFIX}/lib/R/bin/Rscript "$@"\n', 0o755)
    write(root, "etc/conda/activate.d/activate-r-base.sh", 'export R_HOME="${CONDA_PREFIX}/lib/R"\n')
    write(root, "etc/conda/deactivate.d/deactivate-r-base.sh", "unset R_HOME\n")


def finish_matplotlib(root):
    full = f"{root}/{SITE}/matplotlib/__init__.py"
    rewrite(full, ("/usr/share/matplotlib", f"{PREFIX}/share/matplotlib"), ("/etc/matplotlibrc", f"{PREFIX}/share/matplotlib/mpl-data/matplotlibrc"))


def finish_blas(root):
    os.symlink("blas/libblas.so.3", f"{root}/lib/libblas.so.3")


def finish_lapack(root):
    os.symlink("lapack/liblapack.so.3", f"{root}/lib/liblapack.so.3")


def finish_fonts(root):
    write(root, "bin/.fonts-dejavu-core-post-link.sh", '#!/bin/sh\necho "$PKG_NAME $PKG_VERSION: run fc-cache to see the new fonts" >>"$PREFIX/.messages.txt"\n', 0o755)


FINISH = {"python": finish_python, "matplotlib": finish_matplotlib, "r-base": finish_r, "libblas3": finish_blas, "liblapack3": finish_lapack, "fonts-dejavu-core": finish_fonts}


def wheel(root, project):
    """Debian keeps some wheels as they came; their content is the package."""
    folder = f"{root}/share/python-wheels"
    for name in os.listdir(folder):
        if name.startswith(project + "-"):
            with zipfile.ZipFile(os.path.join(folder, name)) as archive:
                archive.extractall(f"{root}/{SITE}")
    shutil.rmtree(folder)


# ---- the package ----

def entry_points(root):
    found = []
    for path in files(root):
        if re.search(r"\.(dist|egg)-info/entry_points\.txt$", path):
            text = open(os.path.join(root, path), encoding="utf-8").read()
            for section, body in re.findall(r"^\[([^\]]+)\]\n((?:(?!\[).*\n?)*)", text, re.M):
                if section.strip() == "console_scripts":
                    found += [re.sub(r"\s*=\s*", " = ", line.split("[")[0].strip(), count=1) for line in body.splitlines() if "=" in line]
    return sorted(found)


def described(root, path):
    """An entry of paths.json."""
    full = os.path.join(root, path)
    if os.path.islink(full):
        content = b""
        if os.path.isfile(full):
            content = open(full, "rb").read()
        return {"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(content).hexdigest(), "size_in_bytes": len(content)}
    content = open(full, "rb").read()
    entry = {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(), "size_in_bytes": len(content)}
    if PREFIX.encode() in content:
        entry |= {"file_mode": "binary" if b"\0" in content else "text", "prefix_placeholder": PREFIX}
    return entry


def tar_of(root, paths):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in paths:
            info = tar.gettarinfo(os.path.join(root, path), path)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = EPOCH
            if info.islnk():
                info.type, info.linkname = tarfile.REGTYPE, ""
                info.size = os.path.getsize(os.path.join(root, path))
            with (open(os.path.join(root, path), "rb") if info.isfile() else io.BytesIO()) as content:
                tar.addfile(info, content if info.isfile() else None)
    return out.getvalue()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c", "-6", "-T1"], input=data, check=True, capture_output=True).stdout


def pack(root, base, old_form):
    """Writes the archive of a package; its file name."""
    paths = list(files(root))
    info, rest = [p for p in paths if p.startswith("info/")], [p for p in paths if not p.startswith("info/")]
    if old_form:
        with open(base + ".tar.bz2", "wb") as file:
            file.write(bz2.compress(tar_of(root, info + rest)))
        return base + ".tar.bz2"
    with zipfile.ZipFile(base + ".conda", "w", zipfile.ZIP_STORED) as archive:
        stem = os.path.basename(base)
        for name, content in (("metadata.json", b'{"conda_pkg_format_version": 2}'), (f"pkg-{stem}.tar.zst", zstd(tar_of(root, rest))), (f"info-{stem}.tar.zst", zstd(tar_of(root, info)))):
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content)
    return base + ".conda"


def depends(name, parts, packages, made, has_elf, python):
    found = {}
    for group in (g for part in parts for g in dependencies(packages[part])):
        for said, operator, version in group:
            debian = packages[said]["Package"] if said in packages else said
            target = conda_name(debian)
            if debian in made and target != name:
                bound = f">={conda_version(version)}" if operator in (">=", "=") and target not in ("python", "r-base") else ""
                found.setdefault(target, bound)
                break
    needed = [f"{n} {bound}".strip() for n, bound in found.items() if n not in ("python", "r-base", "python_abi")]
    if name.startswith("r-") and name != "r-base":
        needed.append("r-base >=4.2,<4.3.0a0")
    if python == "noarch":
        needed.append("python >=3.9")
    elif python:
        needed += [f"python >={PYTHON},<3.12.0a0", f"python_abi {PYTHON}.* *_cp311"]
    if has_elf:
        needed.append("__glibc >=2.36,<3.0.a0")
    return sorted(needed)


def convert(name, parts, packages, made, archives, channel, number):
    """One conda package; (subdir, file name, record)."""
    with tempfile.TemporaryDirectory() as root:
        for part in parts:
            fields = packages[part]
            file = next(f for f in os.listdir(archives) if f.startswith(part + "_"))
            unpack(os.path.join(archives, file), root)
        if parts[0].endswith("-whl"):
            wheel(root, name)
        if finish := FINISH.get(name):
            finish(root)
        relocatable(root, absolute=name in ("python", "r-base"))
        elf = any(is_elf(os.path.join(root, p)) for p in files(root) if not os.path.islink(os.path.join(root, p)))
        is_python = name != "python" and os.path.isdir(f"{root}/{SITE}")
        python = ("arch" if elf else "noarch") if is_python else None
        noarch = "python" if python == "noarch" else None if elf or name in ("python", "r-base") or name.startswith("r-") else "generic"
        link = None
        if is_python:
            points = entry_points(root)
            shutil.rmtree(f"{root}/bin", ignore_errors=True) # Debian's scripts; those of the entry points are made anew
            if python == "noarch":
                os.rename(f"{root}/{SITE}", f"{root}/site-packages")
                shutil.rmtree(f"{root}/lib/python{PYTHON}")
                link = {"noarch": {"type": "python", "entry_points": points}, "package_metadata_version": 1}
            else:
                for point in points:
                    script, module, function = re.fullmatch(r"(\S+) = ([\w.]+):([\w.]+)", point).groups()
                    write(root, f"bin/{script}", f"#!{PREFIX}/bin/python{PYTHON}\nimport sys\nfrom {module} import {function.split('.')[0]}\nsys.exit({function}())\n", 0o755)
        version, subdir = conda_version(packages[parts[0]]["Version"]), "noarch" if noarch else "linux-64"
        digest = hashlib.sha1("".join(packages[p]["Version"] for p in parts).encode()).hexdigest()[:7]
        build_number = int(re.search(r"-(\d+)", packages[parts[0]]["Version"] + "-0")[1])
        build = ("pyh" if python == "noarch" else "py311h" if python else "h") + f"{digest}_{build_number}"
        record = {
            "name": name, "version": version, "build": build, "build_number": build_number, "subdir": subdir,
            "depends": depends(name, parts, packages, made, elf, python), "constrains": [],
            "timestamp": (EPOCH + number) * 1000,
        } | ({"noarch": noarch} if noarch else {"arch": "x86_64", "platform": "linux"})
        paths = [described(root, p) for p in files(root)]
        os.makedirs(f"{root}/info")
        documents = {
            "index.json": record, "paths.json": {"paths": paths, "paths_version": 1},
            "about.json": {"summary": packages[parts[0]].get("Description-en", packages[parts[0]].get("Description", name)), "home": packages[parts[0]].get("Homepage", "")},
        } | ({"link.json": link} if link else {})
        for file, content in documents.items():
            write(root, f"info/{file}", json.dumps(content, indent=2, sort_keys=True))
        write(root, "info/files", "".join(p["_path"] + "\n" for p in paths))
        size = sum(p["size_in_bytes"] for p in paths)
        os.makedirs(f"{channel}/{subdir}", exist_ok=True)
        file = pack(root, f"{channel}/{subdir}/{name}-{version}-{build}", old_form=number % 4 == 0 and size < 4_000_000)
    content = open(file, "rb").read()
    record = record | {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return subdir, os.path.basename(file), record


def python_abi(channel):
    with tempfile.TemporaryDirectory() as root:
        record = {"name": "python_abi", "version": PYTHON, "build": "2_cp311", "build_number": 2, "subdir": "noarch", "noarch": "generic", "depends": [], "constrains": [f"python {PYTHON}.*"], "timestamp": EPOCH * 1000}
        write(root, "info/index.json", json.dumps(record, indent=2))
        write(root, "info/paths.json", json.dumps({"paths": [], "paths_version": 1}))
        write(root, "info/files", "")
        os.makedirs(f"{channel}/noarch", exist_ok=True)
        file = pack(root, f"{channel}/noarch/python_abi-{PYTHON}-2_cp311", old_form=False)
    content = open(file, "rb").read()
    return "noarch", os.path.basename(file), record | {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


# ---- the channel ----

def msgpack(value):
    """As much of MessagePack as shards need."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if value is None:
        return b"\xc0"
    if isinstance(value, int):
        return b"\xcf" + value.to_bytes(8, "big")
    if isinstance(value, bytes):
        return b"\xc6" + len(value).to_bytes(4, "big") + value
    if isinstance(value, str):
        return b"\xdb" + len(value.encode()).to_bytes(4, "big") + value.encode()
    if isinstance(value, list):
        return b"\xdd" + len(value).to_bytes(4, "big") + b"".join(map(msgpack, value))
    return b"\xdf" + len(value).to_bytes(4, "big") + b"".join(msgpack(k) + msgpack(v) for k, v in value.items())


def index(channel, subdir, records):
    """repodata.json, .zst, .bz2, and the sharded form (CEP 16)."""
    forms = {"packages": {f: r for f, r in records if f.endswith(".tar.bz2")}, "packages.conda": {f: r for f, r in records if f.endswith(".conda")}}
    data = json.dumps({"info": {"subdir": subdir}, **forms, "removed": [], "repodata_version": 1}, sort_keys=True).encode()
    folder = f"{channel}/{subdir}"
    os.makedirs(f"{folder}/shards", exist_ok=True)
    for file, content in (("repodata.json", data), ("repodata.json.zst", zstd(data)), ("repodata.json.bz2", bz2.compress(data))):
        open(f"{folder}/{file}", "wb").write(content)
    shards = {}
    for name in sorted({r["name"] for _, r in records}):
        shard = {form: {f: {k: bytes.fromhex(v) if k in ("md5", "sha256") else v for k, v in r.items()} for f, r in found.items() if r["name"] == name} for form, found in forms.items()}
        content = zstd(msgpack(shard | {"removed": []}))
        shards[name] = hashlib.sha256(content).digest()
        open(f"{folder}/shards/{shards[name].hex()}.msgpack.zst", "wb").write(content)
    listing = {"version": 1, "info": {"subdir": subdir, "base_url": "", "shards_base_url": "shards/"}, "shards": shards}
    open(f"{folder}/repodata_shards.msgpack.zst", "wb").write(zstd(msgpack(listing)))


def main(mode, *arguments):
    if mode == "--roots":
        print("\n".join(ROOTS + MERGED["python"]))
        return
    packages = stanzas(arguments[0])
    made = wanted(packages)
    if mode == "--wanted":
        print("\n".join(made))
        return
    archives, channel = arguments[1:]
    groups = {}
    for debian in made:
        groups.setdefault(conda_name(debian), []).append(debian)
    groups = {name: [p for p in MERGED[name] if p in parts] if name in MERGED else parts for name, parts in groups.items()}
    with concurrent.futures.ProcessPoolExecutor() as pool:
        jobs = [pool.submit(convert, name, parts, packages, set(made), archives, channel, number) for number, (name, parts) in enumerate(sorted(groups.items()), 1)]
        results = [job.result() for job in jobs] + [python_abi(channel)]
    for subdir in ("linux-64", "noarch"):
        index(channel, subdir, sorted((file, record) for where, file, record in results if where == subdir))


if __name__ == "__main__":
    main(*sys.argv[1:])
