import Addresses
import AsyncHTTPClient
import Diagnostics
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Clients that share their settings: one for each proxy that the environment names, and one for hosts that need none.
final class ProxiedClients: Sendable {
    private let configuration: HTTPClient.Configuration
    private let variables: ProxyVariables
    private let clients = Mutex<[Proxy?: HTTPClient]>([:])

    /// Takes the settings of all clients.
    init(_ configuration: HTTPClient.Configuration, _ variables: ProxyVariables) {
        self.configuration = configuration
        self.variables = variables
    }

    deinit {
        for client in clients.withLock({ $0.values.map(\.self) }) { try? client.syncShutdown() }
    }

    /// The proxy on the way to an address; nil where none is needed.
    ///
    /// - Throws: A `Failure` when the environment names one that cannot be used.
    func proxy(for address: String) throws(Failure) -> Proxy? {
        guard let url = URL(string: address), let host = url.host else { return nil }
        let isPlain = url.scheme?.lowercased() == "http"
        do throws(ProxyFailure) {
            return try variables.proxy(
                for: isPlain ? .http : .https, to: host, port: url.port ?? (isPlain ? 80 : 443))
        } catch {
            throw error.failure(connecting: "'\(host)'")
        }
    }

    /// The client that goes through a proxy, or through none.
    func client(through proxy: Proxy?) -> HTTPClient {
        clients.withLock { clients in
            if let client = clients[proxy] { return client }
            var configuration = configuration
            configuration.proxy = proxy.map { proxy in
                switch proxy.kind {
                case .http:
                    .server(
                        host: proxy.host, port: proxy.port,
                        authorization: proxy.credentials.map { .basic(credentials: $0) })
                case .socks: .socksServer(host: proxy.host, port: proxy.port)
                }
            }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[proxy] = client
            return client
        }
    }
}
