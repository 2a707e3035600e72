import CLibDeflate
import CZLib
import Diagnostics

/// Compresses whole buffers as raw deflate streams.
///
/// Each task needs one of its own.
final class Deflater {
    private let compressor: OpaquePointer
    private var output: [UInt8] = []

    /// Creates one for `level`, 1 (fast) to 12.
    ///
    /// - Throws: A `Failure` when memory is short.
    init(level: CInt) throws(Failure) {
        guard let compressor = libdeflate_alloc_compressor(level) else { throw Failure.outOfMemory }
        self.compressor = compressor
    }

    deinit {
        libdeflate_free_compressor(compressor)
    }

    /// Compresses the first `count` of `bytes`; nil when that saves nothing worth the work of inflating it.
    ///
    /// - Returns: A raw deflate stream that is shorter by at least 1 %.
    func compress(_ count: Int, of bytes: [UInt8]) -> [UInt8]? {
        let room = count - count / 100 - 1
        guard room > 0 else { return nil }
        if output.count < room { output = [UInt8](repeating: 0, count: room) }
        let size = libdeflate_deflate_compress(compressor, bytes, count, &output, room)
        return size > 0 ? Array(output[..<size]) : nil
    }
}

/// The check sum of zip files.
enum Checksum {
    /// The sum of the first `count` of `bytes`, after those that gave `checksum`.
    static func crc32(_ count: Int, of bytes: [UInt8], after checksum: UInt32 = 0) -> UInt32 {
        libdeflate_crc32(checksum, bytes, count)
    }

    /// The sum of bytes that gave `first`, and `count` more that alone give `second`.
    static func joined(_ first: UInt32, _ second: UInt32, count: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), count))
    }
}

extension Failure {
    /// The failure to get memory for compression.
    static var outOfMemory: Failure {
        Failure(.failed, id: "out-of-memory", "there is not enough memory to compress the site")
    }
}
