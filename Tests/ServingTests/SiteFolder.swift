import Diagnostics
import Files
import Foundation
import SystemPackage

@testable import Serving

/// A published folder made for one test, gone with the value.
final class SiteFolder {
    let path: FilePath

    /// Writes files: path → text.
    init(_ files: [String: String]) throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending("serving-\(UUID().uuidString)")
        for (name, text) in files {
            let file = path.appending(FilePath(name).components)
            try Folder.create(file.removingLastComponent())
            try FileReplacement.write(Array(text.utf8), to: file)
        }
    }

    /// Writes a `web.config` with a `system.webServer` section, and other files.
    convenience init(webServer: String, settings: String = "", _ files: [String: String] = [:]) throws {
        let text = """
            <configuration>
              <appSettings>\(settings)</appSettings>
              <system.webServer>
                \(webServer)
              </system.webServer>
            </configuration>
            """
        try self.init(files.merging(["web.config": text, "app.py": ""]) { given, _ in given })
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    /// The plan for it, and what was noticed.
    func plan(_ options: ServeOptions = ServeOptions()) throws -> (plan: ServePlan, messages: [String]) {
        var diagnostics = DiagnosticList()
        let plan = try ServePlan(
            PublishedSite(path, name: "site"), options: options, diagnostics: &diagnostics)
        return (plan, diagnostics.all.map(\.description))
    }

    /// The messages of the failure to make a plan.
    func failure(_ options: ServeOptions = ServeOptions()) -> [String] {
        do {
            _ = try plan(options)
            return []
        } catch let failure as Failure {
            return failure.diagnostics.map { $0.description.replacing(path.string, with: "ROOT") }
        } catch {
            return ["\(error)"]
        }
    }
}
