import NIOCore
import NIOHTTP1
import NIOSSL
import WebConfiguration

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

extension EndpointClient {
    /// A request that shows what stands before the endpoint, or that it is there.
    package enum Question: Sendable, Hashable {
        /// The status, with the secret where one is known.
        case status
        /// The information page, without the secret.
        case page
        /// The site's own first page, without the secret.
        case home
        /// An upgrade to a WebSocket, with the secret; it is for a process that cannot be, so that no debugger is touched.
        case upgrade
        /// What a browser asks before a page of another site may use this one (Fetch standard, CORS preflight).
        case preflight
    }

    /// Asks a question and takes the answer, whatever it is.
    ///
    /// - Parameters:
    ///   - question: What is asked.
    ///   - timeout: How long the answer may take once the connection stands.
    /// - Returns: The answer; redirects are not followed.
    /// - Throws: A `TunnelFailure` when there is none.
    package func ask(
        _ question: Question, timeout: Duration = .seconds(30)
    ) async throws(TunnelFailure) -> SiteAnswer {
        let clock = ContinuousClock()
        let start = clock.now
        let (path, more) = request(for: question)
        var headers = HTTPHeaders(endpoint.headers + more)
        if ![.status, .upgrade].contains(question) { headers.remove(name: "Authorization") }
        let head = HTTPRequestHead(
            version: .http1_1, method: question == .preflight ? .OPTIONS : .GET, uri: path, headers: headers)
        let answer = try await take(head, through: dialler, timeout: timeout)
        return SiteAnswer(
            path: path, status: answer.status,
            headers: answer.head.headers.map { SiteAnswer.Header($0.name, $0.value) }, body: answer.body,
            duration: clock.now - start)
    }

    private func request(for question: Question) -> (path: String, headers: [(String, String)]) {
        let closing = [("Connection", "close"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
        switch question {
        case .status: return (endpoint.path + "/status", closing)
        case .page: return (endpoint.path, closing)
        case .home: return (endpoint.site.path + "/", closing)
        case .upgrade: return (endpoint.path + "?process=0", WebSocketHandshake.question.headers)
        case .preflight:
            let origin = [
                ("Origin", "https://other.invalid"), ("Access-Control-Request-Method", "GET"),
                ("Access-Control-Request-Headers", "authorization"),
            ]
            return (endpoint.path, closing + origin)
        }
    }

    /// The time that the site's front end has, asked without the secret of whoever answers: the certificate is not believed
    /// but its bearer's clock can be compared.
    ///
    /// - Parameter timeout: How long the answer may take.
    /// - Returns: The time; nil when there is no answer with one.
    package func clockOfSite(timeout: Duration = .seconds(10)) async -> Date? {
        var unverified = dialler
        unverified.trust = endpoint.usesTLS ? try? Trust.unverified() : nil
        let head = HTTPRequestHead(
            version: .http1_1, method: .HEAD, uri: endpoint.site.path + "/",
            headers: HTTPHeaders([("Host", endpoint.place), ("Connection", "close")]))
        let answer = try? await take(head, through: unverified, timeout: timeout)
        return answer?.head.headers.first(name: "date").flatMap(HTTPDate.date)
    }

    private func take(
        _ request: HTTPRequestHead, through dialler: Dialler, timeout: Duration
    ) async throws(TunnelFailure) -> HTTPAnswer {
        let loop = group.next()
        let channel = try await dialler.dial(on: loop)
        defer { channel.close(promise: nil) }
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
}

extension WebSocketHandshake {
    /// The handshake of a question, with the key of the example in RFC 6455 §1.3: nothing is hidden in it.
    static let question = WebSocketHandshake(nonce: Array("the sample nonce".utf8))
}

extension Trust {
    /// Believes every certificate; for questions without a secret only.
    static func unverified() throws -> Trust {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return Trust(context: try NIOSSLContext(configuration: configuration))
    }
}
