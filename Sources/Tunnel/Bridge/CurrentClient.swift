import Synchronization

/// The client that the sessions of a bridge are opened with, which may be renewed in between.
final class CurrentClient: Sendable {
    private let client: Mutex<EndpointClient>

    init(_ client: EndpointClient) {
        self.client = Mutex(client)
    }

    /// The client of now.
    var value: EndpointClient {
        get { client.withLock { $0 } }
        set { client.withLock { $0 = newValue } }
    }
}
