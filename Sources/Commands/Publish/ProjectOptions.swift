import ArgumentParser
import WebConfiguration

/// Which project is meant, and how it is read.
struct ProjectOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A .pyproj, a folder with exactly one, or any folder with Python code.", valueName: "project"),
        completion: .file(extensions: ["pyproj"]))
    var project = "."

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The build configuration: the profile's, else Release. Debug adds the debug endpoint.",
            valueName: "name"), completion: .list(["Debug", "Release"]))
    var configuration: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A publish profile: its name, or a .pubxml file.", valueName: "name|file"),
        completion: .file(extensions: ["pubxml"]))
    var profile: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Set an MSBuild property for this run; may be repeated.", valueName: "name=value"))
    var property: [String] = []

    @Option(
        help: ArgumentHelp(
            "The file the site starts with, where the sources leave it open.", valueName: "file"))
    var startup: String?

    func validate() throws {
        if let odd = property.first(where: { !$0.contains("=") || $0.hasPrefix("=") }) {
            throw ValidationError("'--property \(odd)' is not of the form NAME=VALUE")
        }
    }

    /// The properties as names and values.
    var properties: [String: String] {
        Dictionary(
            property.map { text in
                let mark = text.firstIndex(of: "=") ?? text.endIndex
                return (String(text[..<mark]), String(text[mark...].dropFirst()))
            }, uniquingKeysWith: { $1 })
    }
}
