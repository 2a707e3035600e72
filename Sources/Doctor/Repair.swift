import Diagnostics
import Files
package import SystemPackage
package import WebConfiguration

/// Something on this machine that `--fix` can mend.
package enum Repair: Sendable, Hashable {
    /// Lets only its owner read and write the file.
    case hideFile(FilePath)
    /// Adds a line to a `.gitignore`.
    case ignore(GitIgnoreLine)
    /// Writes the hidden file anew; what it said is lost.
    case regenerate(FilePath)

    /// Whether something of the user's is lost, so that the user is asked first.
    package var isAsked: Bool { if case .regenerate = self { true } else { false } }

    /// What is done, for the user.
    package func title(display: (FilePath) -> String) -> String {
        switch self {
        case .hideFile(let file): "let only you read '\(display(file))'"
        case .ignore(let line): "add '\(line.text)' to '\(display(line.list))'"
        case .regenerate(let file): "write '\(display(file))' anew, with a new secret"
        }
    }

    /// Mends it.
    ///
    /// - Parameter regenerated: Makes the new contents of the hidden file.
    /// - Throws: A `Failure` when a file cannot be read or written; it is then as it was.
    package func perform(regenerated: () throws -> [UInt8]) throws {
        switch self {
        case .hideFile(let file):
            try FileReplacement.write(try FileContents.read(file), to: file, mode: .ownerReadWrite)
        case .ignore(let line):
            var bytes = FileKind(of: line.list) == nil ? [] : try FileContents.read(line.list)
            let newline = bytes.firstRange(of: Array("\r\n".utf8)) == nil ? "\n" : "\r\n"
            if !bytes.isEmpty, bytes.last != UInt8(ascii: "\n") { bytes += Array(newline.utf8) }
            bytes += Array((line.text + newline).utf8)
            try FileReplacement.write(bytes, to: line.list)
        case .regenerate(let file):
            try FileReplacement.write(try regenerated(), to: file, mode: .ownerReadWrite)
        }
    }
}
