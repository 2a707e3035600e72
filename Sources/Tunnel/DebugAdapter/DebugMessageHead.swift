/// The lines before a message of the debug adapter protocol: `Content-Length: 119`, others, and an empty one.
struct DebugMessageHead: Equatable {
    /// The bytes of the head, empty line included.
    let size: Int
    /// The bytes of the message behind it.
    let length: Int
    /// Where the number stands in the head.
    let digits: Range<Int>

    /// The longest head that is taken for one.
    static let limit = 1024

    /// What is there of a head.
    enum Reading: Equatable {
        case incomplete
        case malformed
        case complete(DebugMessageHead)
    }

    /// Reads the head that `bytes` begin with.
    static func read(_ bytes: [UInt8]) -> Reading {
        let name = Array("content-length:".utf8)
        var found: (range: Range<Int>, value: Int)?
        var position = 0
        while true {
            let line = bytes[position...].prefix { $0 != 0x0A }
            guard line.endIndex < min(bytes.count, limit) else {
                return bytes.count < limit && mayBegin(bytes) ? .incomplete : .malformed
            }
            guard line.last == 0x0D else { return .malformed }
            let text = line.dropLast()
            position = line.endIndex + 1
            if text.isEmpty {
                guard let found else { return .malformed }
                return .complete(.init(size: position, length: found.value, digits: found.range))
            }
            guard text.contains(UInt8(ascii: ":")) else { return .malformed }
            guard text.count > name.count, zip(text, name).allSatisfy({ lower($0) == $1 }) else { continue }
            let digits = text.dropFirst(name.count).drop { $0 == 0x20 || $0 == 0x09 }
            let core = digits.prefix { (0x30...0x39).contains($0) }
            guard found == nil, !core.isEmpty, core.count < 10,
                digits.dropFirst(core.count).allSatisfy({ $0 == 0x20 || $0 == 0x09 }),
                let value = Int(String(decoding: core, as: UTF8.self))
            else { return .malformed }
            found = (core.startIndex..<core.endIndex, value)
        }
    }

    /// Whether bytes without a complete head can become one: both fields that there are begin alike.
    private static func mayBegin(_ bytes: [UInt8]) -> Bool {
        zip(bytes, "content-".utf8).allSatisfy { lower($0) == $1 }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
