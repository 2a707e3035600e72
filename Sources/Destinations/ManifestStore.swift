import Diagnostics
import Files
import Sites
import SystemPackage

/// The manifest of one local destination in the user's state folder.
///
/// A state folder that cannot be written stops no publish: it costs the next one time, and the knowledge of what
/// this one left.
struct ManifestStore: Sendable {
    /// The state folder.
    let state: StateFolder
    /// The canonical name of the destination.
    let destination: String

    private var file: FilePath { state.manifest(of: destination) }

    private var lines: [UInt8]? { FileKind(of: file) == .regular ? try? FileContents.read(file) : nil }

    /// Reads the manifest; a damaged one counts as none, with a warning.
    func read() -> (manifest: Manifest?, warning: Diagnostic?) {
        lines.map { Manifest.reading(lines: $0, from: file.string) } ?? (nil, nil)
    }

    /// Whether the record tells of a file for which `isFound` holds, or of a publish that did not end.
    func holds(where isFound: (_ path: String, _ stamp: FileStamp) -> Bool) -> Bool {
        lines.map { Manifest.holds(aFileIn: $0, where: isFound) } ?? false
    }

    /// Takes the lock of the destination, which keeps a second publish away while one runs.
    ///
    /// - Parameters:
    ///   - name: What the user calls the destination.
    ///   - diagnostics: Receives a warning when there can be no lock.
    /// - Returns: The lock to hold while writing.
    /// - Throws: A `Failure` when another publish holds it.
    func lock(_ name: String, _ diagnostics: inout DiagnosticList) throws(Failure) -> FileLock? {
        var file = file
        file.extension = "lock"
        let lock: FileLock?
        do {
            try state.prepare(file)
            lock = try FileLock(file)
        } catch {
            diagnostics.add(unwritable)
            return nil
        }
        guard let lock else {
            throw Failure(
                .failed, id: "destination-busy", "another publish to '\(name)' is running",
                hint: "wait until it has ended")
        }
        return lock
    }

    /// Keeps a manifest: appends what is new to the record, or writes it anew where that is as much.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - previous: What the record says now, as it was read or kept; nil when it says nothing.
    ///   - flushes: Whether it must survive a power cut; one that is lost costs the next publish a comparison.
    ///   - diagnostics: Receives a warning when it cannot be kept.
    func keep(
        _ manifest: Manifest, after previous: Manifest?, flushes: Bool, _ diagnostics: inout DiagnosticList
    ) {
        if let previous {
            let news = manifest.lines(after: previous)
            // A line has less than 200 bytes as a rule: a record of more than two per file is mostly outdated.
            let limit = 400 * (manifest.files.count + 100)
            if AppendedLines.add(news, to: file, limit: limit, flushes: flushes) { return }
        }
        do throws(Failure) {
            try state.write(manifest.lines, to: file)
        } catch {
            if !diagnostics.all.contains(unwritable) { diagnostics.add(unwritable) }
        }
    }

    private var unwritable: Diagnostic {
        .warning(
            "state-not-written",
            "what is published cannot be recorded in '\(state.path)', so that a later publish will not delete "
                + "what this one adds",
            hint: "make that folder writable, or point XDG_STATE_HOME to one that is")
    }
}
