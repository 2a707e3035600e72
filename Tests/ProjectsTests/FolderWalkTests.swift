import Diagnostics
import Foundation
import SystemPackage
import Testing

@testable import Projects

struct FolderWalkTests {
    private func walk(_ folder: SiteFolder, output: FilePath? = nil) throws -> (
        files: [String], excluded: [String]
    ) {
        let walk = try FolderWalk(of: folder.path, outputFolder: output)
        return (walk.files.map(\.path).sorted(), walk.excluded.map { "\($0.source): \($0.reason)" }.sorted())
    }

    @Test func `What no site needs is left out, each with its reason`() throws {
        let folder = try SiteFolder([
            "app.py": "", ".git/config": "", ".gitignore": "", ".hg/x": "", "__pycache__/a.pyc": "",
            "b.pyc": "",
            "node_modules/x/y.js": "", ".env": "", ".env.local": "", ".env.example": "", ".envrc": "",
            ".vs/x": "",
            ".vscode/settings.json": "", ".idea/x": "", ".mypy_cache/x": "", ".pytest_cache/x": "",
            "bin/publish/app.py": "",
            "bin/tool": "", "obj/x": "", "sub/obj/y.py": "", "sub/bin/publish/z": "", "web.config": "",
            "web.debug.config": "",
            "static/Web.Release.config": "", "p.pubxml.user": "", "site.PublishSettings": "",
            "venv/pyvenv.cfg": "",
            "venv/lib/x.py": "", "env/x.py": "", "inner/p.pyproj": "", ".ptvs/x": "", ".DS_Store": "",
            "x.sln": "",
            ".ptvsd-publish-1": "", "web.config.txt": "", "webX.config": "",
        ])
        let (files, excluded) = try walk(folder)
        #expect(
            files == [
                ".env.example", "app.py", "bin/tool", "env/x.py", "sub/bin/publish/z", "sub/obj/y.py",
                "web.config",
                "web.config.txt", "webX.config",
            ])
        #expect(
            excluded == [
                ".DS_Store: files of the desktop", ".env.local: environment file, may hold secrets",
                ".env: environment file, may hold secrets", ".envrc: environment file, may hold secrets",
                ".git/: version control", ".gitignore: version control", ".hg/: version control",
                ".idea/: editor files",
                ".mypy_cache/: cache of a tool", ".ptvs/: cache of a tool",
                ".ptvsd-publish-1: temporary file of an interrupted publish",
                ".pytest_cache/: cache of a tool",
                ".vs/: editor files", ".vscode/: editor files", "__pycache__/: compiled Python",
                "b.pyc: compiled Python",
                "bin/publish/: build output", "inner/p.pyproj: project file",
                "node_modules/: packages of Node.js",
                "obj/: build output", "p.pubxml.user: publish profile",
                "site.PublishSettings: publish profile with a password",
                "static/Web.Release.config: transform of web.config, applied instead of published",
                "venv/: virtual environment",
                "web.debug.config: transform of web.config, applied instead of published",
                "x.sln: editor files",
            ])
    }

    @Test func `Ignore files decide, inner ones last, and can take back a default`() throws {
        let folder = try SiteFolder([
            ".gitignore": "# comment\n*.log\n!node_modules\n/data/*\n!/data/keep.txt\n!web.debug.config\n",
            "a.log": "",
            "data/keep.txt": "", "data/x.txt": "", "node_modules/m.js": "",
            "sub/.gitignore": "!b.log\nprivate/\n",
            "sub/b.log": "", "sub/c.log": "", "sub/private/d": "", "web.debug.config": "",
        ])
        let (files, excluded) = try walk(folder)
        #expect(files == ["data/keep.txt", "node_modules/m.js", "sub/b.log"])
        #expect(
            excluded == [
                ".gitignore: version control", "a.log: ignored by .gitignore:2",
                "data/x.txt: ignored by .gitignore:4",
                "sub/.gitignore: version control", "sub/c.log: ignored by .gitignore:2",
                "sub/private/: ignored by sub/.gitignore:2",
                "web.debug.config: transform of web.config, applied instead of published",
            ])
    }

    @Test func `A webappignore file replaces all gitignore files`() throws {
        let folder = try SiteFolder([
            ".git/x": "", "site/.webappignore": "*.md\n", "site/.gitignore": "*.css\n", "site/a.css": "",
            "site/b.md": "",
            "site/sub/.gitignore": "*\n", "site/sub/.webappignore": "*.txt", "site/sub/c.txt": "",
            "site/sub/d.py": "",
            ".gitignore": "*.py",
        ])
        let walk = try FolderWalk(of: folder.path.appending("site"))
        #expect(walk.files.map(\.path) == ["a.css", "sub/d.py"])
        #expect(walk.excluded.contains(.init(source: "sub/c.txt", reason: "ignored by sub/.webappignore:1")))
    }

    @Test func `Rules of the repository above hold, those above the repository do not`() throws {
        let folder = try SiteFolder([
            ".gitignore": "*.py", "repo/.git/x": "",
            "repo/.gitignore": "*.log\n/site/secret.txt\n/secret2.txt\n",
            "repo/site/a.py": "", "repo/site/a.log": "", "repo/site/secret.txt": "",
            "repo/site/secret2.txt": "",
        ])
        let walk = try FolderWalk(of: folder.path.pushing("repo/site"))
        #expect(walk.files.map(\.path) == ["a.py", "secret2.txt"])
        #expect(
            walk.excluded.map(\.reason) == ["ignored by ../.gitignore:1", "ignored by ../.gitignore:2"])
        let loose = try SiteFolder([".gitignore": "*.py", "site/a.py": ""])
        #expect(try FolderWalk(of: loose.path.appending("site")).files.map(\.path) == ["a.py"])
    }

    @Test func `Links are followed inside the folder and nowhere else`() throws {
        let outside = try SiteFolder(["secret.txt": "", "d/x": ""])
        let folder = try SiteFolder(["real/a.txt": "", "real/deep/b.txt": "", "c.txt": ""])
        try folder.link("file", to: "c.txt")
        try folder.link("folder", to: "real/deep")
        try folder.link("real/deep/up", to: "../..")
        try folder.link("self", to: ".")
        try folder.link("out", to: outside.path.appending("secret.txt").string)
        try folder.link("outdir", to: "\(outside.path)/d")
        try folder.link("sibling", to: "../\(folder.path.lastComponent?.string ?? "")-other")
        try folder.link("broken", to: "nowhere")
        let (files, excluded) = try walk(folder)
        #expect(files == ["c.txt", "file", "folder/b.txt", "real/a.txt", "real/deep/b.txt"])
        #expect(
            excluded == [
                "broken: link to nothing", "folder/up/: link that leads in a circle",
                "out: link that leads out of the folder", "outdir/: link that leads out of the folder",
                "real/deep/up/: link that leads in a circle", "self/: link that leads in a circle",
                "sibling: link to nothing",
            ])
    }

    @Test func `Links that multiply have an end`() throws {
        let folder = try SiteFolder()
        for level in 0..<30 {
            try folder.write("d\(level)/file", "")
            for name in ["a", "b"] { try folder.link("d\(level)/\(name)", to: "../d\(level + 1)") }
        }
        let walk = try FolderWalk(of: folder.path)
        #expect(walk.excluded.contains { $0.reason == "link inside 4 others" })
    }

    @Test func `What is neither file nor folder, or has an impossible name, is left out`() throws {
        let folder = try SiteFolder(["a.py": "", "x\\y.txt": "", "C:": ""])
        #expect(mkfifo(folder.path.appending("pipe").string, 0o600) == 0)
        let (files, excluded) = try walk(folder)
        #expect(files == ["a.py"])
        #expect(
            excluded == [
                "C:: its name is not allowed in a site", "pipe: neither a file nor a folder",
                "x\\y.txt: its name is not allowed in a site",
            ])
    }

    @Test func `The output folder is no part of the site`() throws {
        let folder = try SiteFolder(["a.py": "", "out/site/a.py": "", "out/b.txt": ""])
        let (files, excluded) = try walk(folder, output: folder.path.pushing("out/site"))
        #expect(files == ["a.py", "out/b.txt"])
        #expect(excluded == ["out/site/: output of this tool"])
    }
}
