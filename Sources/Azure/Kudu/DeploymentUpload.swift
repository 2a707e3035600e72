import Diagnostics
package import SystemPackage

/// Uploads a package until the SCM site has it, and no more than once as far as that can be told.
package struct DeploymentUpload: Sendable {
    /// What a package holds.
    package enum Contents: Sendable, Hashable {
        /// The whole site; with `clean`, everything else goes.
        case whole(clean: Bool)
        /// Some files, made for a site that a certain deployment left; nil for what goes with any.
        case part(of: String?)
    }

    /// Does a delivery: the package goes off, and the server's answer tells whether it was taken, which nobody knows
    /// who does not wait for it.
    package typealias Delivering = (_ delivery: () async throws -> Bool) async throws -> Void

    /// Where to.
    package let kudu: KuduClient
    /// The package.
    package let file: FilePath
    /// Its size in bytes.
    package let size: Int
    /// What it holds.
    package let contents: Contents
    /// Is told why it takes longer.
    package let narrate: @Sendable (String) -> Void

    /// Creates an upload.
    package init(
        _ file: FilePath, size: Int, as contents: Contents, to kudu: KuduClient,
        narrate: @escaping @Sendable (String) -> Void
    ) {
        (self.file, self.size, self.contents) = (file, size, contents)
        (self.kudu, self.narrate) = (kudu, narrate)
    }

    /// What an attempt came to.
    private enum Outcome {
        case accepted(id: String?)
        case conflict(DeploymentConflict, said: String)
        case again(String, retryAfter: Int?)
    }

    /// Uploads the package.
    ///
    /// - Parameters:
    ///   - observer: Is told how many bytes were sent.
    ///   - delivering: Does each delivery.
    /// - Returns: How its deployment is found among others; nil for a part of a site that may not be the one any more
    ///   that it was made for: it was not sent then, or nobody can tell whether it was.
    /// - Throws: A `Failure` that says why the SCM site does not take it, or `CancellationError`.
    package func run(
        observer: @escaping WebRequest.SendObserver, delivering: Delivering
    ) async throws -> DeploymentSearch? {
        let clock = ContinuousClock()
        let patience = clock.now + kudu.retries.time(300)
        var (attempt, waits) = (1, 0)
        // One for all attempts: a later one is refused because of an earlier one whose answer was lost.
        var search = DeploymentSearch(tag: isPart ? nil : DeploymentSearch.newTag())
        while true {
            if case .part(let base) = contents {
                let before = try await kudu.deployments()
                guard base == nil || before?.settled == base else { return nil }
                guard let before else { throw deploymentsUnknown }
                search.earlier = Set(before.compactMap(\.id))
            }
            var outcome: Outcome?
            try await delivering {
                var found = try await send(search.tag, observer)
                // The answer may have been lost, and not the package.
                if case .again = found, try await hasArrived(&search) { found = .accepted(id: nil) }
                outcome = found
                return if case .accepted = found { true } else { false }
            }
            switch outcome {
            // Nothing was delivered.
            case nil: throw CancellationError()
            case .accepted(let id):
                search.id = id
                return search
            case .conflict(let conflict, let said):
                if attempt > 1, try await hasArrived(&search) { return search }
                guard conflict.isTemporary, clock.now < patience else { throw failure(conflict, said) }
                if waits == 0 { narrate("\(kudu.name) is busy, since \(conflict.reason); waiting") }
                waits += 1
                try await Task.sleep(for: kudu.retries.pollDelay(waits + 5))
            case .again(let reason, let retryAfter):
                guard attempt < kudu.retries.attempts else {
                    throw Failure(
                        .unavailable, id: "upload-failed",
                        "\(kudu.name) \(reason), \(attempt) times during the upload",
                        hint: "the site is as it was; try again later")
                }
                attempt += 1
                narrate("\(kudu.name) \(reason); uploading again (\(attempt) of \(kudu.retries.attempts))")
                try await Task.sleep(for: kudu.retries.delay(after: attempt - 1, retryAfter: retryAfter))
            }
        }
    }

    private var deploymentsUnknown: Failure {
        Failure(
            .unavailable, id: "scm-not-ready", "\(kudu.name) does not tell its deployments",
            hint: "publish again in a few minutes")
    }

    private var isPart: Bool { if case .part = contents { true } else { false } }

    private func send(_ tag: String?, _ observer: @escaping WebRequest.SendObserver) async throws -> Outcome {
        let kind: KuduClient.Kind =
            if case .whole(let clean) = contents { .whole(clean: clean, tag: tag ?? "") } else { .part }
        var request = kudu.uploadRequest(file, size: size, as: kind)
        request.observer = observer
        let answer: WebResponse
        do {
            answer = try await kudu.sendOnce(request)
        } catch let failure as ConnectionFailure {
            guard failure.isTemporary else { throw Failure(failure, of: kudu.name) }
            return .again(failure.reason, retryAfter: nil)
        }
        if let failure = kudu.refusal(answer) { throw failure }
        let said = ServerMessage.text(answer.body) ?? ""
        switch answer.status {
        case 200..<300: return .accepted(id: answer["SCM-DEPLOYMENT-ID"])
        case 409: return .conflict(DeploymentConflict(said), said: said)
        case 413:
            throw Failure(
                .failed, id: "upload-too-large",
                "\(kudu.name) refuses the site as too large (413; \(max(size >> 10, 1)) kB)",
                hint: "2048 MB are the limit of App Service; leave out what the site does not need")
        case _ where answer.isTemporary:
            return .again("answers \(answer.status)", retryAfter: answer.retryAfter)
        default: throw kudu.unexpected(answer, "the upload")
        }
    }

    /// Whether the SCM site works on what was sent although its answer did not come.
    ///
    /// A part carries no mark of its own: if it arrived, its deployment follows the one that it was made for, as
    /// somebody else's would. One that goes with any site is sent again, which changes nothing.
    private func hasArrived(_ search: inout DeploymentSearch) async throws -> Bool {
        guard !isPart, let found = search.find(in: try await kudu.deployments() ?? []) else { return false }
        if found.state == .running || found.state == .succeeded { return true }
        // An upload that was cut: the next attempt's deployment is not to be taken for it.
        if let id = found.id { search.earlier.insert(id) }
        return false
    }

    private func failure(_ conflict: DeploymentConflict, _ said: String) -> Failure {
        let words = conflict == .other && !said.isEmpty ? ": \(said)" : ""
        return Failure(
            conflict.isTemporary ? .unavailable : .failed, id: "deployment-conflict",
            "\(kudu.name) does not take the site, because \(conflict.reason)\(words)", hint: conflict.hint)
    }
}
