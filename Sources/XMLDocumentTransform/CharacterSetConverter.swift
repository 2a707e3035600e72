import CLibXML2

/// Converts between character sets that only `iconv` knows.
///
/// libxml2 could do it too, but prints to standard error where bytes do not fit.
@safe final class CharacterSetConverter {
    private let descriptor: iconv_t

    private init?(from source: String, to target: String) {
        guard let descriptor = unsafe ptvsd_iconv_open(target, source) else { return nil }
        unsafe self.descriptor = descriptor
    }

    deinit { unsafe _ = iconv_close(descriptor) }

    /// Converts all of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The text in the character set `source`.
    ///   - source: The name of the set the bytes are in.
    ///   - target: The name of the set to convert to.
    ///   - failure: Makes the error from the offset of the bytes that do not fit.
    /// - Returns: The text in the character set `target`.
    /// - Throws: `failure`, or `unknown` for a set that does not exist here.
    static func convert(
        _ bytes: [UInt8], from source: String, to target: String,
        failure: (Int) -> TextEncoding.ConversionError
    ) throws(TextEncoding.ConversionError) -> [UInt8] {
        guard let converter = CharacterSetConverter(from: source, to: target) else {
            throw .unknown(target == "UTF-8" ? source : target)
        }
        let (result, stop) = converter.convert(bytes)
        if let stop { throw failure(stop) }
        return result
    }

    /// The converted bytes, and where conversion stopped if it did not reach the end.
    private func convert(_ bytes: [UInt8]) -> ([UInt8], Int?) {
        var input = bytes.map { CChar(bitPattern: $0) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 2)
        var chunk = [CChar](repeating: 0, count: 1 << 16)
        let stop: Int? = unsafe input.withUnsafeMutableBufferPointer { source in
            var next = source.baseAddress
            var left = source.count
            while true {
                let leftBefore = left
                let produced = unsafe chunk.withUnsafeMutableBufferPointer { target in
                    var end = target.baseAddress
                    var room = target.count
                    // With nothing left, a final call without input returns a stateful set to its initial state.
                    _ =
                        leftBefore > 0
                        ? unsafe iconv(descriptor, &next, &left, &end, &room)
                        : unsafe iconv(descriptor, nil, nil, &end, &room)
                    return target.count - room
                }
                result.append(contentsOf: chunk[..<produced].lazy.map { UInt8(bitPattern: $0) })
                if leftBefore == 0 { return nil }
                if left == leftBefore { return source.count - left }
            }
        }
        return (result, stop)
    }
}
