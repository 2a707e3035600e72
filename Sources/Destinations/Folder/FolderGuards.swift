import Diagnostics
import Files
import SystemPackage

/// Refuses targets whose contents somebody would miss.
struct FolderGuards {
    /// The target with links resolved.
    let target: FilePath
    /// The project's folder with links resolved.
    let project: FilePath
    /// The user's home folder.
    let home: FilePath?

    /// Checks the target.
    ///
    /// - Parameter deletesExtraFiles: Whether foreign files in it would go.
    /// - Throws: A `Failure` that says what would be lost.
    func check(deletesExtraFiles: Bool) throws(Failure) {
        guard !project.isInside(target) else {
            throw refusal("holds the project itself", "publish to a folder of its own, such as 'bin/publish'")
        }
        guard deletesExtraFiles else { return }
        let hint = "publish to a folder of its own, or without --delete-extra"
        guard target.components.count > 1 else {
            throw refusal("is a folder of the system, whose other files would be deleted", hint)
        }
        if let home, home.isInside(target) {
            throw refusal("holds your home folder, whose files would be deleted", hint)
        }
        guard FileKind(of: target.appending(".git")) == nil else {
            throw refusal("is a git repository, whose history would be deleted", hint)
        }
    }

    private func refusal(_ reason: String, _ hint: String) -> Failure {
        Failure(.badInput, id: "destination-refused", "'\(target)' \(reason)", hint: hint)
    }
}

extension FilePath {
    /// Whether it is `folder` or lies below it.
    func isInside(_ folder: FilePath) -> Bool {
        starts(with: folder)
    }
}
