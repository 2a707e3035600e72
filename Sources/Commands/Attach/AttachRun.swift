import Diagnostics
import SystemPackage
import Tunnel

/// The work of `attach`: waiting, then one of the ways to speak with a debugger.
struct AttachRun: Sendable {
    let target: AttachTarget
    /// Whether attach requests without path mappings get them.
    let mapsPaths: Bool
    /// How many seconds it may take until everything is up.
    let patience: Int
    /// The time between two pings; nil for the usual one.
    let pingInterval: Duration?
    /// Reads the secret anew, which a publish in the meantime has renewed.
    let renew: @Sendable () -> EndpointClient?
    let narration: AttachNarration

    private var client: EndpointClient { target.client }

    /// Serves debuggers on a local port until the task is cancelled.
    ///
    /// - Parameter ports: The ports to try, in order.
    /// - Throws: A `TunnelFailure`, or a `Failure` when no port is free; `CancellationError` in the end.
    func serve(ports: [Int]) async throws {
        let status = try await wait()
        let mapping = mapping(status)
        do {
            try await bridge(mapping).run(ports: ports) { port in
                try narration.tellListening(
                    port, wanted: ports[0], client.endpoint, status, mapping, mapsPaths: mapsPaths)
            } report: {
                narration.tell($0)
            }
        } catch let taken as Bridge.PortTaken {
            throw Failure(
                .unavailable, id: "attach-port-taken",
                ports.count == 1
                    ? "port \(taken.ports[0]) of this machine is taken"
                    : "the ports from \(ports[0]) to \(ports[ports.count - 1]) of this machine are taken",
                hint: "another bridge may run already; '--port N' names another port, 0 takes any")
        }
    }

    /// Serves the debugger at standard input and output.
    func serveStandardStreams() async throws {
        let status = try await wait()
        narration.tellUp(client.endpoint, status)
        let report = try await bridge(mapping(status)).runOnStandardStreams()
        if case .siteLost(let reason) = report.end {
            throw Failure(
                .unavailable, id: "attach-connection-cut",
                "the connection to '\(client.endpoint.place)' was lost: \(reason)",
                hint: "the site runs on; start the debugger again to attach again")
        }
    }

    /// Attaches once and tells what was found.
    func check() async throws {
        let status = try await wait()
        let finding = try await DebugProbe(client, patience: .seconds(min(max(patience, 5), 60))).run()
        try narration.tell(finding, client.endpoint, status, mapsPaths ? mapping(status) : nil)
    }

    /// Finds out where the site runs the project's files.
    ///
    /// - Returns: The endpoint, and which folder here is which there.
    /// - Throws: A `TunnelFailure`, or a `Failure` when no project is known.
    func find() async throws -> (Endpoint, PathMapping) {
        guard target.localRoot != nil else {
            throw Failure(
                .badInput, id: "launch-json-no-project",
                "no project is known here to write a launch configuration for",
                hint: "run this in the project's folder, or name it with '--project PATH'")
        }
        guard let mapping = mapping(try await wait()) else {
            throw Failure(
                .unavailable, id: "launch-json-no-root",
                "the endpoint of '\(client.endpoint.place)' does not say where the site runs",
                hint: "publish again with this version")
        }
        return (client.endpoint, mapping)
    }

    private func wait() async throws -> SiteStatus {
        narration.report(target.findings)
        let status = try await Readiness(client, patience: .seconds(patience)).wait {
            narration.tell($0, client.endpoint)
        }
        narration.report(narration.findings(client.endpoint, status))
        return status
    }

    private func bridge(_ mapping: PathMapping?) -> Bridge {
        var bridge = Bridge(client)
        bridge.mapping = mapsPaths ? mapping : nil
        bridge.renew = renew
        bridge.patience = .seconds(patience)
        if let pingInterval { bridge.pingInterval = pingInterval }
        return bridge
    }

    private func mapping(_ status: SiteStatus) -> PathMapping? {
        guard let local = target.localRoot, let remote = status.applicationRoot else { return nil }
        return PathMapping(localRoot: local.string, remoteRoot: remote)
    }
}
