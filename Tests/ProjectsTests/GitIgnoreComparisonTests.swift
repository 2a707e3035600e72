import Diagnostics
import Foundation
import SystemPackage
import Testing

@testable import Projects

/// The real git as the judge of ignore rules.
struct GitIgnoreComparisonTests {
    /// Trees that stand side by side in one repository, so that git is asked once.
    @Test(.enabled(if: Git.isInstalled), arguments: [1, 2])
    func `Every path of random trees is ignored exactly when git ignores it`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try SiteFolder([".gitignore": "*.log\n/t1/a\nt2/**/b\n!/t3/*.py\n"])
        var trees: [String: Set<String>] = [:]
        for number in 0..<20 { trees["t\(number)"] = try Self.plant("t\(number)", in: folder, &random) }
        let all = trees.flatMap { name, paths in paths.map { "\(name)/\($0)" } }.sorted()
        let ignored = try Git.ignored(all, in: folder.path)
        #expect(ignored.count > 30 && all.count - ignored.count > 30, "the rules must matter")
        for (name, paths) in trees.sorted(by: { $0.key < $1.key }) {
            let walk = try FolderWalk(of: folder.path.appending(name), usesDefaults: false)
            let expected = paths.filter { !ignored.contains("\(name)/\($0)") }
            #expect(
                walk.files.map(\.path).sorted() == expected.sorted(),
                "seed \(seed), \(Self.rules(in: folder, name))")
        }
    }

    /// Makes a tree with files and ignore files, and returns their paths.
    private static func plant(
        _ tree: String, in folder: SiteFolder, _ random: inout SeededGenerator
    ) throws -> Set<String> {
        var paths: Set<String> = []
        for _ in 0..<30 {
            let depth = Int.random(in: 1...4, using: &random)
            let path = (0..<depth).map { _ in name(&random) }.joined(separator: "/")
            // A path that is a folder for another cannot also be a file.
            guard !paths.contains(where: { $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }) else {
                continue
            }
            if paths.insert(path).inserted { try folder.write("\(tree)/\(path)", "") }
        }
        let places = [""] + paths.sorted().map { $0.split(separator: "/").dropLast().joined(separator: "/") }
        for place in places.shuffled(using: &random).prefix(2) {
            let rules = (0..<Int.random(in: 1...7, using: &random)).map { _ in rule(&random) }
            let file = place.isEmpty ? ".gitignore" : "\(place)/.gitignore"
            let ending = Bool.random(using: &random) ? "\n" : "\r\n"
            try folder.write("\(tree)/\(file)", rules.joined(separator: ending))
            paths.insert(file)
        }
        return paths
    }

    private static func name(_ random: inout SeededGenerator) -> String {
        let names = [
            "a", "b", "ab", "abc", "a.py", "b.pyc", "x y", "foo", "bar", "foobar", "[x]", "a-b", "#c", "!d",
            "é", "1",
        ]
        return names.randomElement(using: &random) ?? "a"
    }

    private static func rule(_ random: inout SeededGenerator) -> String {
        let pieces = [
            "a", "b", "ab", "*", "**", "?", "*.py", "foo*", "*bar", "[ab]", "[!a]", "[a-c]*", "[[:alpha:]]",
            "[^b]",
            "\\a", "\\*", "x y", "x\\ y", "foo**", "**bar", "a?c", "[x", "\\[x\\]", "\\#c", "\\!d", "#c", "é",
            "[[:digit:]]",
            "[]a]", "[a-]*", "***", "a**b", "[b-a]", "[[:nope:]]", "[\\a]b", "*b*", "?*",
        ]
        let count = [1, 1, 1, 2, 2, 3].randomElement(using: &random) ?? 1
        var rule = (0..<count).compactMap { _ in pieces.randomElement(using: &random) }.joined(separator: "/")
        if Int.random(in: 0..<4, using: &random) == 0 { rule = "/" + rule }
        if Int.random(in: 0..<4, using: &random) == 0 { rule += "/" }
        if Int.random(in: 0..<4, using: &random) == 0 { rule = "!" + rule }
        if Int.random(in: 0..<9, using: &random) == 0 {
            rule += ["  ", "\\ ", "\t", "\\"].randomElement(using: &random) ?? ""
        }
        return rule
    }

    private static func rules(in folder: SiteFolder, _ tree: String) -> String {
        let root = folder.path.appending(tree)
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root.string)) ?? []
        return paths.filter { $0.hasSuffix(".gitignore") }.map { path in
            let text = try? String(contentsOfFile: root.pushing(FilePath(path)).string, encoding: .utf8)
            return "\(tree)/\(path): \(text ?? "")"
        }.joined(separator: " | ")
    }
}

/// The git program.
enum Git {
    static let isInstalled = (try? run(["--version"], in: "/", input: "")) != nil

    /// The paths that git ignores, asked of an empty repository around them.
    static func ignored(_ paths: [String], in folder: FilePath) throws -> Set<String> {
        _ = try run(["init", "--quiet"], in: folder.string, input: "")
        let answer = try run(
            ["check-ignore", "--no-index", "--stdin", "-z"], in: folder.string,
            input: paths.joined(separator: "\0"))
        return Set(answer.split(separator: "\0").map(String.init))
    }

    private static func run(_ arguments: [String], in folder: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The user's own ignore file must not have a say.
        process.arguments = ["git", "-c", "core.excludesFile=/dev/null"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        // As in a hook, where they name another repository.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
        // Files instead of pipes: those would leak into processes that other tests start at the same time.
        let exchange = try SiteFolder(["input": input, "output": ""])
        let output = exchange.path.appending("output").string
        process.standardInput = FileHandle(forReadingAtPath: exchange.path.appending("input").string)
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        // 1 means that nothing is ignored.
        guard process.terminationStatus < 2 else { throw CocoaError(.executableLoad) }
        return try String(contentsOfFile: output, encoding: .utf8)
    }
}

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
