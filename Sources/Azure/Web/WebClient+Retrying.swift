import Diagnostics

extension WebClient {
    /// Sends a request that may be sent twice until there is an answer that will not change by waiting.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - retries: How often, and how long to wait in between.
    ///   - name: What messages call the server, such as `the SCM site 'x'`.
    ///   - narrate: Is told why it takes longer.
    /// - Returns: The answer, whatever its status.
    /// - Throws: A `Failure` when there is none after all attempts, or `CancellationError`.
    package func send(
        _ request: WebRequest, retrying retries: RetryPolicy, as name: String,
        narrate: @Sendable (String) -> Void = { _ in }
    ) async throws -> WebResponse {
        var number = 1
        while true {
            let reason: String
            var (retryAfter, cost): (Int?, Int) = (nil, 1)
            do {
                let answer = try await send(request)
                guard answer.isTemporary, number < retries.attempts else {
                    return answer
                }
                reason = "answers \(answer.status)"
                retryAfter = answer.retryAfter
            } catch let failure as ConnectionFailure {
                guard failure.isTemporary, number + failure.cost <= retries.attempts else {
                    throw Failure(failure, of: name)
                }
                reason = failure.reason
                cost = failure.cost
            }
            narrate("\(name) \(reason); trying again (\(number + cost) of \(retries.attempts))")
            try await Task.sleep(for: retries.delay(after: number, retryAfter: retryAfter))
            number += cost
        }
    }
}

extension WebResponse {
    /// Whether the same request may succeed later; a full disk is no matter of time.
    package var isTemporary: Bool {
        RetryPolicy.isTemporary(status: status) && !isDiskFull
    }

    /// Whether the server says that its disk is full.
    package var isDiskFull: Bool {
        guard status >= 500, let said = ServerMessage.text(body)?.lowercased() else { return false }
        return said.firstRange(of: "not enough space") != nil || said.firstRange(of: "no space left") != nil
    }

    /// What the server asks to wait, in seconds.
    package var retryAfter: Int? {
        self["Retry-After"].flatMap { value in
            RetryAfter.seconds(value, now: self["Date"].flatMap(HTTPDate.seconds) ?? 0)
        }
    }
}
