import Diagnostics
import Files
import Synchronization

/// The hidden file of a new secret, if there is one: made ready before anything is sent, and put in place as soon as the
/// site is the new one, whatever fails after that.
final class PendingFile: Sendable {
    private enum State {
        case staged(FileReplacement.Staged?)
        case committed
        case failed(Failure)
        case discarded
    }

    private let state: Mutex<State>

    /// Takes what was made ready; nil for nothing.
    init(_ staged: FileReplacement.Staged?) {
        state = Mutex(.staged(staged))
    }

    /// Whether the site is the new one, and the file in place.
    var isCommitted: Bool {
        state.withLock { if case .committed = $0 { true } else { false } }
    }

    /// Puts it in place, once; a failure is kept for `finish`, since the publish itself has to go on.
    func commit() {
        state.withLock {
            guard case .staged(let staged) = $0 else { return }
            do throws(Failure) {
                try staged?.commit()
                $0 = .committed
            } catch {
                $0 = .failed(error)
            }
        }
    }

    /// Sees to it that it is in place.
    ///
    /// - Throws: A `Failure` that names the file.
    func finish() throws(Failure) {
        commit()
        if let failure = state.withLock({ if case .failed(let failure) = $0 { failure } else { nil } }) {
            throw failure
        }
    }

    /// Removes what is not in place.
    func discard() {
        state.withLock {
            guard case .staged(let staged) = $0 else { return }
            staged?.discard()
            $0 = .discarded
        }
    }
}
