import Diagnostics
import Files
import Sites
import Synchronization
import SystemPackage

/// Lets this user's other commands know which published site is served on which port of this machine.
///
/// It is a file that names the site, and counts while it is locked.
final class ServingMark: Sendable {
    private let site: FilePath
    private let state: StateFolder
    private let held = Mutex<FileLock?>(nil)

    /// Prepares the mark of a published folder or archive.
    init(of site: FilePath, in state: StateFolder) {
        self.site = site
        self.state = state
    }

    /// Says that the site is served on `port`; where it cannot be said, the site is served all the same.
    func set(port: Int) {
        let file = Self.file(port, state)
        guard (try? state.prepare(file)) != nil, let lock = try? FileLock(file),
            (try? lock.descriptor.resize(to: 0)) != nil,
            (try? lock.descriptor.writeAll(site.string.utf8)) != nil
        else { return }
        held.withLock { $0 = lock }
    }

    /// The site that is served on a port at this moment; nil where none is, or somebody else serves it.
    static func site(at port: Int, in state: StateFolder) -> FilePath? {
        let file = file(port, state)
        guard FileLock.isHeld(file) else { return nil }
        return (try? FileContents.text(file)).map { FilePath($0) }
    }

    /// The lowest port of this machine on which one of some sites is served at this moment; nil where none is.
    static func port(of sites: Set<String>, in state: StateFolder) -> Int? {
        let ports = (try? Folder.names(in: folder(state))) ?? []
        return ports.compactMap { Int($0) }.sorted().first { port in
            site(at: port, in: state).map { sites.contains($0.string) } == true
        }
    }

    private static func folder(_ state: StateFolder) -> FilePath { state.path.appending("serving") }

    private static func file(_ port: Int, _ state: StateFolder) -> FilePath {
        folder(state).appending("\(port)")
    }
}
