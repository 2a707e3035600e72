// Publishes a folder tree as it stands, with nothing else of the product around it: the tests kill it at random
// moments.
//
//     publish-probe SOURCE TARGET STATE [--dry-run] [--delete-extra] [--json]

import Destinations
import Diagnostics
import Files
import Projects
import Sites
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Every file below `folder`.
func files(in folder: FilePath, at path: SitePath? = nil) throws -> [SiteFile] {
    try Folder.entries(in: folder).flatMap { entry -> [SiteFile] in
        let place = try path?.appending(entry.name) ?? SitePath(entry.name)
        let file = folder.appending(entry.name)
        return entry.kind == .folder
            ? try files(in: file, at: place) : [SiteFile(place, from: file, source: place.description)]
    }
}

/// Publishes `source` to `target` and says what was done.
func publish(_ source: FilePath, to target: FilePath, state: StateFolder, flags: Set<String>) async throws {
    let digests = state.digests(of: source)
    var memory = DigestMemory(reading: digests)
    let plan = try await SitePlan.make(
        files: try files(in: source),
        facts: PublishFacts(project: source.string, configuration: "Release", host: "linux"),
        isCaseSensitive: true, memory: &memory)
    let options = PublishOptions(
        isDryRun: flags.contains("--dry-run"), deletesExtraFiles: flags.contains("--delete-extra"),
        time: "2026-01-01T00:00:00Z")
    let destination: any PublishDestination =
        target.extension == "zip"
        ? ZipDestination(target, name: target.string, state: state)
        : FolderDestination(target, name: target.string, project: source, home: nil, state: state)
    let report = try await destination.publish(plan, options: options) { _ in }
    if !options.isDryRun {
        try memory.write(to: digests)
    }
    print(flags.contains("--json") ? report.json : report.summary)
}

let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
guard arguments.count == 3 else {
    print("usage: publish-probe SOURCE TARGET STATE [--dry-run] [--delete-extra] [--json]")
    exit(64)
}
do {
    try await publish(
        FilePath(arguments[0]), to: FilePath(arguments[1]), state: StateFolder(FilePath(arguments[2])),
        flags: Set(CommandLine.arguments.filter { $0.hasPrefix("--") }))
} catch let failure as Failure {
    for diagnostic in failure.diagnostics { print(diagnostic) }
    exit(1)
}
