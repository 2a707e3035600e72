import Diagnostics
import Files
import Projects

extension StartCommandCheck {
    /// The packages that application servers come in.
    private static let packages = [
        "gunicorn": "gunicorn", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "daphne": "daphne",
        "granian": "granian", "waitress": "waitress", "waitress-serve": "waitress",
    ]
    /// What Azure's images bring: gunicorn always, uvicorn from Python 3.14 on.
    private static let azurePackages: Set = ["gunicorn", "uvicorn"]

    /// A warning where the application server is in a package that the site's requirements leave out.
    ///
    /// Only where it is certain: a `requirements.txt` in the site's root says all by itself, and neither the command, a
    /// `pyproject.toml`, the site's own files nor Azure bring the package.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - isOnAzure: Whether the site runs on Azure.
    ///   - files: What the project's files are called.
    /// - Returns: The warning; nil where nothing is missing, or it is not certain.
    /// - Throws: A `Failure` when a file cannot be read.
    func missingPackage(
        in project: Project, isOnAzure: Bool, files: ConfigurationFiles
    ) throws(Failure) -> Diagnostic? {
        guard let server, words.contains(server), let package = Self.packages[server],
            !words.contains(where: { ["install", "run"].contains($0) || $0.hasSuffix("activate") }),
            !isOnAzure || !Self.azurePackages.contains(package),
            !project.files.contains(where: { $0.destination.description.hasSuffix("\(package)/__init__.py") }
            ),
            let requirements = Self.file("requirements.txt", of: project),
            let names = RequiredPackages.completeNames(
                inRequirements: try FileContents.text(requirements.source)),
            !names.contains(package)
        else { return nil }
        if let other = Self.file("pyproject.toml", of: project),
            RequiredPackages.names(inPyproject: try FileContents.text(other.source)).contains(package)
        {
            return nil
        }
        return .warning(
            "start-command-package",
            "the start command runs '\(server)', and 'requirements.txt' does not name '\(package)'",
            at: .init(file: files.name(requirements.source)),
            hint: "add the line '\(package)', unless the server has it or another package brings it")
    }

    private static func file(_ name: String, of project: Project) -> Project.File? {
        project.files.first { $0.destination.description == name }
    }
}
