import Addresses
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import SystemPackage
import WebConfiguration

/// Requests to a debug endpoint, each on a connection of its own.
package struct EndpointClient: Sendable {
    /// Who is asked.
    package let endpoint: Endpoint
    let dialler: Dialler
    let group: any EventLoopGroup = NIOSingletons.posixEventLoopGroup

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - endpoint: Who is asked.
    ///   - caFile: Certificates of authorities that are believed as well as the system's.
    ///   - environment: Where proxies and `SSL_CERT_FILE` are looked up.
    /// - Throws: A `TunnelFailure` when a proxy or a file of certificates cannot be used.
    package init(
        _ endpoint: Endpoint, caFile: FilePath? = nil, environment: [String: String]
    ) throws(TunnelFailure) {
        self.endpoint = endpoint
        let proxy: Proxy?
        do throws(ProxyFailure) {
            proxy = try ProxyVariables(environment).proxy(
                for: endpoint.usesTLS ? .https : .http, to: endpoint.host, port: endpoint.port)
        } catch {
            throw endpoint.failure(.proxy(error))
        }
        let trust =
            endpoint.usesTLS
            ? try Trust(
                caFile: caFile, environment: environment, behindProxy: proxy == nil ? nil : endpoint.address)
            : nil
        dialler = Dialler(endpoint: endpoint, proxy: proxy, trust: trust)
    }

    /// Asks the endpoint for its status.
    ///
    /// This neither touches the debugger nor opens a session.
    ///
    /// - Parameter timeout: How long the answer may take once the connection stands.
    /// - Returns: The status.
    /// - Throws: A `TunnelFailure`.
    package func status(timeout: Duration = .seconds(30)) async throws(TunnelFailure) -> SiteStatus {
        let answer = try await send(.GET, endpoint.path + "/status", timeout: timeout)
        if let cause = AnswerReading(answer, isAuthorised: endpoint.secret != nil).cause {
            throw endpoint.failure(cause)
        }
        guard let status = SiteStatus(json: answer.body) else {
            throw endpoint.failure(.noEndpoint(status: answer.status))
        }
        return status
    }

    /// Asks for the site's own first page, so that a site that sleeps wakes up; its answer is of no interest.
    func wake(timeout: Duration) async {
        _ = try? await send(.GET, endpoint.site.path + "/", timeout: timeout, isAuthorised: false)
    }

    /// Sends a request and takes the answer, whatever it is.
    func send(
        _ method: HTTPMethod, _ path: String, timeout: Duration, isAuthorised: Bool = true
    ) async throws(TunnelFailure) -> HTTPAnswer {
        let loop = group.next()
        let channel = try await dialler.dial(on: loop)
        defer { channel.close(promise: nil) }
        var headers = HTTPHeaders(endpoint.headers + [("Connection", "close"), ("Accept", "*/*")])
        if !isAuthorised { headers.remove(name: "Authorization") }
        let request = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
        do {
            return try await withTaskCancellationHandler {
                try await channel.exchange(
                    request, timeout: TimeAmount(timeout), encryption: dialler.encryption)
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            throw await failure(of: error, timeout: timeout, on: loop)
        }
    }

    /// What an error of an exchange means.
    func failure(of error: any Error, timeout: Duration, on loop: any EventLoop) async -> TunnelFailure {
        switch error {
        case let failure as TunnelFailure: return failure
        case ExchangeError.timedOut(beforeTLS: true):
            return endpoint.failure(.tlsFailed("the handshake got no answer"))
        case ExchangeError.timedOut:
            return endpoint.failure(.noAnswer(seconds: Int(timeout.components.seconds)))
        case is HTTPParserError: return endpoint.failure(.notHTTP)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return endpoint.failure(.certificateForOtherHost)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return endpoint.failure(await tlsCause(error, on: loop))
        default: return endpoint.failure(.connectionLost)
        }
    }

    private func tlsCause(_ error: any Error, on loop: any EventLoop) async -> TunnelFailure.Cause {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            guard let context = dialler.trust?.context else { return .certificateUntrusted }
            return await CertificateDiagnosis(dialler: dialler, context: context).cause(on: loop)
                ?? .certificateUntrusted
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return .tlsFailed("what answers does not speak TLS")
        }
        if text.contains("EOF during handshake") {
            return .tlsFailed("the connection was closed during the handshake")
        }
        // Such as `…OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE at …`.
        let word = text.firstRange(of: "OPENSSL_internal:").map {
            text[$0.upperBound...].prefix { $0 != " " }
        }
        return .tlsFailed(word.map { $0.lowercased().replacing("_", with: " ") } ?? text)
    }
}

extension TimeAmount {
    /// `duration`, to the nanosecond.
    init(_ duration: Duration) {
        let parts = duration.components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
