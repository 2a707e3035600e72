// Writes one Swift source file that holds every file below a folder as a string literal.
//
// usage: embed-templates OUTPUT FOLDER FILE...   (FILE: paths below FOLDER)

import Foundation

/// The text as a Swift string literal on one line, whatever it contains.
func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case " "..."~": result.unicodeScalars.append(scalar)
        default: result += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return result + "\""
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2 else {
    FileHandle.standardError.write(Data("usage: embed-templates OUTPUT FOLDER FILE...\n".utf8))
    exit(64)
}
let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
var source = """
    // Generated from the folder Templates; do not edit.

    /// The files of the folder `Templates`, embedded in the binary.
    package enum EmbeddedTemplates {
        /// Path below `Templates` → text.
        package static let files: [String: String] = [

    """
for file in arguments.dropFirst(2).sorted() {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    source += "        \(literal(file)): \(literal(text)),\n"
}
source += arguments.count == 2 ? "        :\n" : ""
source += "    ]\n}\n"
try source.write(toFile: arguments[0], atomically: true, encoding: .utf8)
