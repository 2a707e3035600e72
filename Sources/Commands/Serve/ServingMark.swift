import Diagnostics
import Files
import Sites
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lets this user's other commands know which published site is served on which port of this machine.
///
/// It is a file that names the site, and counts while it is locked: the system lets go of it when the process ends,
/// however it ends.
final class ServingMark: Sendable {
    private let site: FilePath
    private let state: StateFolder
    private let held = Mutex<FileDescriptor?>(nil)

    /// Prepares the mark of a published folder or archive.
    init(of site: FilePath, in state: StateFolder) {
        self.site = site
        self.state = state
    }

    deinit {
        held.withLock { _ = try? $0?.close() }
    }

    /// Says that the site is served on `port`; where it cannot be said, the site is served all the same.
    func set(port: Int) {
        let file = Self.file(port, state)
        guard (try? state.prepare(file)) != nil,
            let descriptor = try? FileDescriptor.open(
                file, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        else { return }
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0,
            (try? descriptor.resize(to: 0)) != nil,
            (try? descriptor.writeAll(site.string.utf8)) != nil
        else {
            try? descriptor.close()
            return
        }
        held.withLock { held in
            try? held?.close()
            held = descriptor
        }
    }

    /// The site that is served on a port at this moment; nil where none is, or somebody else serves it.
    static func site(at port: Int, in state: StateFolder) -> FilePath? {
        let file = file(port, state)
        guard let descriptor = try? FileDescriptor.open(file, .readOnly, options: .closeOnExec) else {
            return nil
        }
        defer { try? descriptor.close() }
        guard flock(descriptor.rawValue, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK,
            let text = try? FileContents.text(file)
        else { return nil }
        return FilePath(text)
    }

    private static func file(_ port: Int, _ state: StateFolder) -> FilePath {
        state.path.appending("serving").appending("\(port)")
    }
}
