import Addresses
import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

extension ConnectionFailure {
    /// What an error of the network means.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - proxy: The proxy on the way; nil without one.
    init(_ error: any Error, through proxy: Proxy?) {
        if let proxy, let cause = Self.cause(error, proxy) {
            self.init(proxy.failure(cause))
        } else {
            self.init(error)
        }
    }

    /// What an error says of the proxy; nil when it is about what lies behind it.
    private static func cause(_ error: any Error, _ proxy: Proxy) -> ProxyFailure.Cause? {
        switch error {
        case let error as HTTPClientError where error == .proxyAuthenticationRequired:
            .credentials(given: proxy.credentials != nil)
        case let error as HTTPClientError where error == .invalidProxyResponse: .refused(nil)
        case let error as HTTPClientError
        where error == .httpProxyHandshakeTimeout || error == .socksHandshakeTimeout:
            .notReached("it gives no answer")
        case let error as HTTPClientError where error == .connectTimeout: .notReached("it does not answer")
        case let error as NIOConnectionError where error.hasNoAddress:
            .notReached("its name cannot be found")
        case let error as NIOConnectionError:
            .notReached(error.isRefusal ? "it refuses the connection" : "there is no way to it")
        case is HTTPClientError, is NIOSSLError, is IOError, is ChannelError: nil
        // Where the proxy has said nothing, the library has no error with a name.
        default: proxy.kind == .socks ? .init(socksError: error) ?? .closed : nil
        }
    }

    private init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded:
            self.init("did not answer in time")
        case let error as HTTPClientError where error == .readTimeout || error == .writeTimeout:
            self.init("stopped answering")
        case let error as HTTPClientError where error == .connectTimeout:
            self.init("cannot be reached in time", cost: 3)
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self.init("cut the connection")
        case let error as NIOSSLError:
            self.init(tls: "\(error)")
        case let error as NIOConnectionError where error.hasNoAddress: self.init("has no address", cost: 3)
        case let error as NIOConnectionError:
            self.init(error.isRefusal ? "refuses the connection" : "cannot be reached")
        case is IOError, is ChannelError:
            self.init("cut the connection")
        default:
            let text = "\(error)"
            if text.lowercased().contains("handshake") || text.contains("certificate") {
                self.init(tls: text)
            } else {
                self.init("cut the connection (\(text))")
            }
        }
    }

    private init(tls text: String) {
        let isTrust = text.uppercased().contains("CERTIFICATE")
        self.init(
            isTrust
                ? "has a certificate that is not trusted here (an own authority is named with '--ca-file')"
                : "ended the TLS handshake", isTemporary: !isTrust)
    }
}

extension NIOConnectionError {
    fileprivate var hasNoAddress: Bool {
        dnsAError != nil && dnsAAAAError != nil && connectionErrors.isEmpty
    }

    fileprivate var isRefusal: Bool {
        connectionErrors.first.map { "\($0.error)".contains("refused") } ?? false
    }
}
