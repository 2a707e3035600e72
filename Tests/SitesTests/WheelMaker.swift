import Files
import Foundation
import SystemPackage
import Testing

/// Makes small wheels of a debugpy that does nothing, with Python's own zip writer.
struct WheelMaker {
    let folder: FilePath

    private static let script = """
        import sys, zipfile
        path, version, change = sys.argv[1:]
        files = {
            "debugpy/__init__.py": "__version__ = '%s'\\n" % version,
            "debugpy/_vendored/pydevd/pydevd.py": "x = 1\\n" * 500,
            "debugpy/_vendored/pydevd/attach.pdb": "symbols",
            "debugpy/_vendored/pydevd/fast.c": "int x;",
            "debugpy/_vendored/pydevd/attach.so": "binary",
            "debugpy/ThirdPartyNotices.txt": "notices",
            "debugpy-%s.dist-info/METADATA" % version: "Metadata-Version: 2.1\\nName: debugpy\\nVersion: %s\\n" % version,
            "debugpy-%s.dist-info/licenses/LICENSE" % version: "MIT",
            "debugpy-%s.dist-info/WHEEL" % version: "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py2.py3-none-any\\n",
            "debugpy-%s.dist-info/RECORD" % version: "",
        }
        extra = []
        if change == "no-init": del files["debugpy/__init__.py"]
        if change == "no-metadata": del files["debugpy-%s.dist-info/METADATA" % version]
        if change == "other-version": files["debugpy-%s.dist-info/METADATA" % version] = "Version: 0.0.1\\n"
        if change == "up": extra = ["../evil.py"]
        if change == "inside-up": extra = ["debugpy/../../evil.py"]
        if change == "absolute": extra = ["/etc/evil.py"]
        if change == "backslash": extra = ["debugpy\\\\..\\\\..\\\\evil.py"]
        if change == "drive": extra = ["c:/evil.py"]
        if change == "twice": extra = ["debugpy/__init__.py"]
        if change == "many": extra = ["debugpy/f%d" % i for i in range(21000)]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            for name, text in files.items(): wheel.writestr(name, text)
            for name in extra: wheel.writestr(name, "x")
            if change == "link":
                link = zipfile.ZipInfo("debugpy/link.py"); link.create_system = 3; link.external_attr = 0o120777 << 16
                wheel.writestr(link, "/etc/passwd")
            if change == "bomb":
                for i in range(33): wheel.writestr("debugpy/b%d.py" % i, b"0" * (8 << 20))
            if change == "lzma": wheel.writestr("debugpy/l.py", "x" * 99, zipfile.ZIP_LZMA)
            if change == "folder": wheel.writestr("debugpy/empty/", "")
        """

    /// Makes a wheel named for `version`, with one thing changed that would be wrong.
    func make(_ version: String, _ change: String = "", named name: String? = nil) throws -> FilePath {
        try Folder.create(folder)
        let path = folder.appending(name ?? "debugpy-\(version)-py2.py3-none-any.whl")
        let (status, output) = try run(
            "python3", ["-W", "ignore", "-c", Self.script, path.string, version, change])
        try #require(status == 0, Comment(rawValue: output))
        return path
    }
}
