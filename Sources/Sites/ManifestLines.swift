package import Diagnostics
package import Files

/// A manifest as lines, the form in which this machine keeps it: what changes is appended, so that publishing one
/// file among 5,000 writes a few lines.
///
///     ptvsd-publish manifest 2
///     site BUILD-ID TIME PERMISSIONS CONFIGURATION
///     file SIZE SHA-256 STAMP PATH        a file that is there, with the four numbers of its stamp
///     sent SIZE SHA-256 PATH              one whose stamp is not known
///     gone PATH                           one that is there no more
///     next SIZE SHA-256 PATH              one that is about to be there
///     done                                nothing is about to be there any more
///     whole SIZE SHA-256 STAMP            the one file that holds them all
///
/// Later lines win. A last line without its end was cut short, and counts as not written.
extension Manifest {
    private static let heading = "ptvsd-publish manifest 2"

    /// All lines.
    package var lines: [UInt8] {
        var writer = ManifestLineWriter(Self.heading)
        writer.reserve(files.count + pending.count)
        write(after: nil, to: &writer)
        return writer.bytes
    }

    /// The lines that make `previous` this manifest.
    package func lines(after previous: Manifest) -> [UInt8] {
        var writer = ManifestLineWriter()
        write(after: previous, to: &writer)
        return writer.bytes
    }

    private func write(after previous: Manifest?, to writer: inout ManifestLineWriter) {
        let hasSameHead =
            previous?.buildID == buildID && previous?.configuration == configuration && previous?.time == time
            && previous?.keepsPermissions == keepsPermissions
        if !hasSameHead {
            writer.add("site \(buildID) \(time) \(keepsPermissions ? "kept" : "lost")", configuration)
        }
        for (path, file) in files where previous?.files[path] != file {
            writer.add(file, stamped: "file", unstamped: "sent", path)
        }
        for path in previous?.files.keys ?? [:].keys where files[path] == nil { writer.add("gone", path) }
        let isLess = previous?.pending.keys.contains { pending[$0] == nil } ?? false
        if isLess { writer.add("done") }
        for (path, file) in pending where isLess || previous?.pending[path] != file {
            writer.add(.init(size: file.size, digest: file.digest), stamped: "next", unstamped: "next", path)
        }
        // One that was not seen there after it was written cannot be recognised.
        if let container, container.stamp != nil, container != previous?.container {
            writer.add(container, stamped: "whole", unstamped: "whole", "")
        }
    }

    /// Reads lines.
    ///
    /// - Parameters:
    ///   - bytes: The lines.
    ///   - place: Where they were found, for the warning.
    /// - Returns: The manifest, or nil and a warning when it is damaged or of another version.
    package static func reading(lines bytes: [UInt8], from place: String) -> (Manifest?, Diagnostic?) {
        var reader = LineFields(bytes)
        var manifest = Manifest(buildID: "", configuration: "", time: "", files: [:])
        guard reader.next(), reader.rest() == heading else { return (nil, .damaged(place)) }
        manifest.files.reserveCapacity(bytes.count / 200)
        while reader.next() {
            guard manifest.take(&reader) else { return (nil, .damaged(place)) }
        }
        return (manifest, nil)
    }

    /// Whether lines tell of a file for which `isFound` holds, or of one that was about to be there; reads no more
    /// of them than it takes.
    ///
    /// - Parameters:
    ///   - bytes: The lines.
    ///   - isFound: Is given each file that was seen there, by its path.
    /// - Returns: Whether they do.
    package static func holds(
        aFileIn bytes: [UInt8], where isFound: (_ path: String, _ stamp: FileStamp) -> Bool
    ) -> Bool {
        var reader = LineFields(bytes)
        guard reader.next(), reader.rest() == heading else { return false }
        var isPending = false
        while reader.next() {
            switch reader.field() {
            case "file":
                guard let stamp = reader.file(isStamped: true)?.stamp else { return false }
                if isFound(reader.unescapedRest(), stamp) { return true }
            case "next": isPending = true
            case "done": isPending = false
            default: continue
            }
        }
        return isPending
    }

    /// Takes in one line; false when it is damaged.
    private mutating func take(_ line: inout LineFields) -> Bool {
        switch line.field() {
        case "site":
            (buildID, time) = (line.field(), line.field())
            keepsPermissions = line.field() == "kept"
            configuration = line.unescapedRest()
        case "file":
            guard let file = line.file(isStamped: true) else { return false }
            files[line.unescapedRest()] = file
        case "sent":
            guard let file = line.file(isStamped: false) else { return false }
            files[line.unescapedRest()] = file
        case "gone": files[line.unescapedRest()] = nil
        case "next":
            guard let file = line.file(isStamped: false) else { return false }
            pending[line.unescapedRest()] = file
        case "done": pending = [:]
        case "whole":
            guard let file = line.file(isStamped: true) else { return false }
            container = file
        default: return false
        }
        return true
    }
}

extension Diagnostic {
    /// The warning that the record at `place` cannot be read.
    static func damaged(_ place: String) -> Diagnostic {
        .warning(
            "manifest-damaged", "the record of the last publish cannot be read and counts as none",
            at: .init(file: place),
            hint: "what earlier publishes left at the destination is not deleted this time")
    }
}

/// Writes the lines of a manifest.
private struct ManifestLineWriter {
    private(set) var bytes: [UInt8] = []

    init(_ heading: String? = nil) {
        if let heading { add(heading) }
    }

    mutating func reserve(_ lines: Int) {
        bytes.reserveCapacity(lines * 200)
    }

    mutating func add(_ text: String) {
        bytes += text.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Adds a line that ends with a path, in which nothing ends the line.
    mutating func add(_ text: String, _ path: String) {
        bytes += text.utf8
        bytes.append(UInt8(ascii: " "))
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "%"): bytes += "%25".utf8
            case UInt8(ascii: "\n"): bytes += "%0A".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    mutating func add(_ file: Manifest.File, stamped: String, unstamped: String, _ path: String) {
        add("\(file.stamp == nil ? unstamped : stamped) \(file.text)", path)
    }
}

extension LineFields {
    /// The fields of a file; nil when one is damaged.
    fileprivate mutating func file(isStamped: Bool) -> Manifest.File? {
        guard let size = number(), size >= 0, let digest = digest() else { return nil }
        guard isStamped else { return .init(size: size, digest: digest) }
        guard let stamp = stamp() else { return nil }
        return .init(size: size, digest: digest, stamp: stamp)
    }
}
