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

    /// Reads the manifest; a damaged one counts as none, with a warning.
    func read() -> (manifest: Manifest?, warning: Diagnostic?) {
        guard FileKind(of: file) == .regular, let bytes = try? FileContents.read(file) else {
            return (nil, nil)
        }
        return Manifest.reading(bytes, from: file.string)
    }

    /// Takes the lock of the destination.
    ///
    /// - Parameters:
    ///   - name: What the user calls the destination.
    ///   - diagnostics: Receives a warning when there can be no lock.
    /// - Returns: The lock to hold while writing.
    /// - Throws: A `Failure` when another publish holds it.
    func lock(_ name: String, _ diagnostics: inout DiagnosticList) throws(Failure) -> PublishLock? {
        do {
            return try PublishLock(of: file, destination: name, in: state)
        } catch {
            guard !error.diagnostics.contains(where: { $0.id == "destination-busy" }) else { throw error }
            diagnostics.add(unwritable(error))
            return nil
        }
    }

    /// Replaces the manifest.
    func write(_ manifest: Manifest, _ diagnostics: inout DiagnosticList) {
        do throws(Failure) {
            try state.write(manifest.json, to: file)
        } catch {
            let warning = unwritable(error)
            if !diagnostics.all.contains(warning) { diagnostics.add(warning) }
        }
    }

    private func unwritable(_ failure: Failure) -> Diagnostic {
        .warning(
            "state-not-written",
            "what is published cannot be recorded in '\(state.path)', so that a later publish will not delete "
                + "what this one adds",
            hint: "make that folder writable, or point XDG_STATE_HOME to one that is")
    }
}
