import Addresses
import Diagnostics

/// A file as the SCM site has it.
package struct RemoteFile: Sendable, Hashable {
    /// Its contents.
    package var bytes: [UInt8]
    /// Names this state of it, to change no other.
    package var tag: String
}

/// What became of a file that was to be deleted.
package enum RemoteDeletion: Sendable, Hashable {
    case deleted
    case absent
    /// It is in use, or was changed by somebody else meanwhile.
    case kept
}

extension KuduClient {
    /// The address of a file below the home folder; a folder ends with a slash.
    func fileURL(_ path: String) -> String {
        url("/api/vfs/\(URLText.escaped(path, keeping: "/"))")
    }

    /// Reads a file.
    ///
    /// - Parameter path: Its path below the home folder, such as `site/wwwroot/web.config`.
    /// - Returns: The file; nil when there is none.
    /// - Throws: A `Failure` when the SCM site cannot be reached or lets nobody in.
    package func file(_ path: String) async throws -> RemoteFile? {
        let answer = try await send(WebRequest("GET", fileURL(path)))
        // A folder of that name answers with a redirection.
        guard answer.status != 404, answer.status != 307 else { return nil }
        guard answer.status == 200 else { throw unexpected(answer, "reading '\(path)'") }
        return RemoteFile(bytes: answer.body, tag: answer["ETag"] ?? "*")
    }

    /// Whether the files stand on Windows; nil when nothing tells.
    ///
    /// The paths of entries are those of the server.
    package func isWindows() async throws -> Bool? {
        struct Entry: Decodable {
            var path: String?
        }
        let answer = try await send(WebRequest("GET", fileURL("site/")))
        let path = JSONBody.decoded([Entry].self, answer.body)?.compactMap(\.path).first
        return path.map { $0.contains("\\") }
    }

    /// Writes a file, whatever stood there.
    ///
    /// - Throws: A `Failure` that names the file.
    package func write(_ bytes: [UInt8], to path: String) async throws {
        let request = WebRequest(
            "PUT", fileURL(path), headers: [("If-Match", "*")],
            body: .bytes(bytes, type: "application/octet-stream"))
        let answer = try await send(request)
        guard !answer.isSuccess else { return }
        let said = ServerMessage.text(answer.body).map { ": \($0)" } ?? ""
        if answer.status == 409 {
            throw Failure(
                .failed, id: "scm-file-locked", "\(name) cannot write '\(path)'\(said)",
                hint: DeploymentConflict.readOnly.hint)
        }
        throw unexpected(answer, "writing '\(path)'")
    }

    /// Deletes a file, if it is still the one that was just looked at.
    package func delete(_ path: String) async throws -> RemoteDeletion {
        for _ in 1...2 {
            let look = try await send(WebRequest("HEAD", fileURL(path)))
            guard look.status != 404, look.status != 307 else { return .absent }
            let request = WebRequest("DELETE", fileURL(path), headers: [("If-Match", look["ETag"] ?? "*")])
            let answer = try await send(request)
            if answer.isSuccess { return .deleted }
            // 404 stands for a file in use as well as for none; 412 for one that changed meanwhile.
            // 409 for one that nobody may delete.
            guard answer.status != 409 else { return .kept }
            guard answer.status == 404 || answer.status == 412 else {
                throw unexpected(answer, "deleting '\(path)'")
            }
        }
        return try await send(WebRequest("HEAD", fileURL(path))).status == 404 ? .absent : .kept
    }

    /// Deletes a folder with everything in it, as far as nothing in it is in use.
    package func deleteFolder(_ path: String) async throws -> RemoteDeletion {
        let request = WebRequest(
            "DELETE", fileURL(path + "/") + "?recursive=true", headers: [("If-Match", "*")])
        let answer = try await send(request)
        switch answer.status {
        case 404: return .absent
        case 409: return .kept
        case _ where answer.isSuccess: return .deleted
        default: throw unexpected(answer, "deleting the folder '\(path)'")
        }
    }

    /// The app settings as the SCM site sees them.
    ///
    /// - Throws: A `Failure` when they cannot be read, which does not mean that there are none.
    package func settings() async throws -> [String: String] {
        let answer = try await send(WebRequest("GET", url("/api/settings")))
        guard answer.isSuccess, let all = JSONBody.decoded([String: String?].self, answer.body) else {
            throw unexpected(answer, "reading the site's settings")
        }
        return all.compactMapValues(\.self)
    }
}
