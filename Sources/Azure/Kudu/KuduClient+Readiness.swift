import Diagnostics

extension KuduClient {
    /// Waits until the SCM site answers, twice in a row: a change of settings restarts it, a moment later.
    ///
    /// - Throws: A `Failure` when it does not, lets nobody in, or `CancellationError`.
    package func waitUntilReady() async throws {
        var (number, inRow) = (0, 0)
        while inRow < 2 {
            number += 1
            try await Task.sleep(for: retries.pollDelay(number))
            inRow = try await deployments() == nil ? 0 : inRow + 1
            guard number < 60 else {
                throw Failure(
                    .unavailable, id: "scm-not-ready",
                    "\(name) does not come back after the change of settings",
                    hint: "publish again in a few minutes")
            }
        }
    }
}
