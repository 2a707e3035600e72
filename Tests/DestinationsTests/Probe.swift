import Files
import Foundation
import SystemPackage
import Testing

/// The program that publishes a folder in a process of its own.
enum Probe {
    /// Where it was built.
    static func path() throws -> String {
        // Products are built side by side; on Linux the bundle is their folder, on a Mac it stands in it.
        let products = Bundle(for: TemporaryFolder.self).bundleURL
        let places = [products, products.deletingLastPathComponent()].map {
            $0.appendingPathComponent("publish-probe")
        }
        return try #require(places.map(\.path).first { FileKind(of: FilePath($0)) == .regular })
    }
}
