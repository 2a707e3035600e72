import Diagnostics
import Foundation
import SystemPackage
import Testing

@testable import Projects

struct HostileProjectTests {
    private static let fragments = [
        "$(", ")", "@(", "%(", "'", "\"", "<", ">", "</", "/>", "&", "&#0;", "*", "**\\", "..\\", "%", "%2a",
        ";", "$(A.B(", "Condition=\"\"",
        "Condition=\"(\"", "<Import Project='*'/>", "<ItemGroup><I Include='@(I)'/></ItemGroup>", "\u{0}",
        "]]>", "<!--", "é", "\u{FEFF}",
        "<Compile Include='**\\**\\*'/>", "$([MSBuild]::", "@(Compile->'%(", "<PropertyGroup>",
        "</ItemGroup>", "Remove='*'", "C:\\", "/",
    ]

    @Test(arguments: RealProjectTests.expectations, [UInt64](1...3))
    func `A mangled project file is a project or an error, never a crash`(
        _ fixture: RealProjectTests.Expected, _ seed: UInt64
    ) throws {
        let original = RealProjectTests.fixtures.appending(fixture.folder).appending(
            fixture.layout.projectPath)
        let bytes = Array(try #require(FileManager.default.contents(atPath: original.string)))
        let folder = try SiteFolder(["app.py": "", "manage.py": "", "static/x.css": ""])
        let file = folder.path.appending("m.pyproj")
        var random = SeededGenerator(seed: seed)
        var outcomes: [Bool: Int] = [:]
        for _ in 0..<25 {
            try Data(Self.mangled(bytes, &random)).write(to: URL(fileURLWithPath: file.string))
            do {
                _ = try folder.read("m.pyproj")
                outcomes[true, default: 0] += 1
            } catch let failed as SiteFolder.Failed {
                outcomes[false, default: 0] += 1
                #expect(failed.messages.contains { $0.contains(": error: ") }, "\(failed.messages)")
            }
        }
        #expect(outcomes.values.reduce(0, +) == 25)
    }

    private static func mangled(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0..<max(1, bytes.count), using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 2: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &random) }
            case 3: bytes.removeSubrange(start...min(start, bytes.count - 1))
            default: bytes.insert(contentsOf: (fragments.randomElement(using: &random) ?? "").utf8, at: start)
            }
        }
        return bytes
    }

    /// Text that stays well-formed XML, so that evaluation itself meets it.
    @Test(arguments: [UInt64](1...8)) func `Mangled values inside sound XML are evaluated or refused`(
        _ seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try SiteFolder(["app.py": "", "a/b.py": ""])
        for _ in 0..<40 {
            func value() -> String {
                let pieces =
                    Self.fragments + [
                        "a", "Compile", "$(A)", "@(Compile)", "%(Filename)", "==", "and", "Exists('a')",
                        "app.py", " ",
                    ]
                let text = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
                    pieces.randomElement(using: &random)
                }.joined()
                return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
                    "\"", with: "&quot;"
                )
                .replacing("\u{0}", with: "")
            }
            try folder.write(
                "m.pyproj",
                SiteFolder.project(
                    "<PropertyGroup><A>\(value())</A><SearchPath>\(value())</SearchPath><B Condition=\"\(value())\">1</B></PropertyGroup>",
                    "<ItemGroup><Compile Include=\"\(value())\" Exclude=\"\(value())\"><Link>\(value())</Link></Compile>",
                    "<Compile Update=\"\(value())\" X=\"\(value())\"/><None Remove=\"\(value())\"/></ItemGroup>",
                    "<PropertyGroup><StartupFile>\(value())</StartupFile></PropertyGroup>"))
            do { _ = try folder.read("m.pyproj") } catch is SiteFolder.Failed {}
        }
    }

    @Test func `Five thousand items are read in no time`() throws {
        let folder = try SiteFolder()
        var items: [String] = []
        for number in 0..<5000 {
            let path = "f\(number % 50)/m\(number).py"
            if number < 50 { try folder.write("f\(number)/", "") }
            try Data().write(to: URL(fileURLWithPath: folder.path.pushing(FilePath(path)).string))
            // Every other one is spelled with capitals and a condition.
            items.append(
                number % 2 == 0
                    ? "<Compile Include=\"F\(number % 50)\\m\(number).py\" Condition=\"'$(Configuration)' == 'Debug'\"><SubType>Code</SubType></Compile>"
                    : "<Compile Include=\"f\(number % 50)\\m\(number).py\" />")
        }
        items.append("<Compile Remove=\"none\\**\" /><Compile Update=\"f1\\m1.py\" Publish=\"True\" />")
        try folder.write(
            "p.pyproj", SiteFolder.project("<ItemGroup>", items.joined(separator: "\n"), "</ItemGroup>"))
        let reading = try folder.read()
        #expect(reading.paths.count == 5000)
    }
}
