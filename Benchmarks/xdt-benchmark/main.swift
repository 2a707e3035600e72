import Diagnostics
import XMLDocumentTransform

// Prints, for documents of several sizes, what a thousand transforms take beside libxml2's own parse and
// serialise of the same bytes, and how both grow per MB. Arguments are other sizes in MB.

/// The best of several runs in milliseconds.
func best(of runs: Int, _ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    let times = (0..<runs).map { _ in clock.measure(work) }
    let shortest = times.min() ?? .zero
    return Double(shortest.components.attoseconds) / 1e15 + Double(shortest.components.seconds) * 1_000
}

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func number(_ value: Double) -> String {
    let hundredths = Int(value * 100 + 0.5)
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}

let header = ["size MB", "transforms", "xdt ms", "ms/MB", "no-op ms", "libxml2 ms", "ms/MB", "ratio"]
print(header.map { column($0, 11) }.joined())
let sizes = CommandLine.arguments.dropFirst().compactMap(Double.init)
for megabytes in sizes.isEmpty ? [0.1, 1, 5, 20] : sizes {
    let input = GeneratedConfiguration(bytes: Int(megabytes * 1_000_000))
    let runs = megabytes > 5 ? 3 : 5
    var changed = 0
    let transformed = best(of: runs) {
        do throws(Failure) {
            let transform = try DocumentTransform(parsing: input.transform, file: "transform")
            let outcome = try transform.apply(to: input.source, file: "source")
            precondition(outcome.diagnostics.isEmpty && outcome.output != input.source)
            changed = outcome.output.count
        } catch {
            print(error.diagnostics.map(\.description).joined(separator: "\n"))
        }
    }
    let untouched = best(of: runs) {
        let empty = Array(
            "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"/>".utf8)
        let outcome = try? DocumentTransform(parsing: empty, file: "transform").apply(
            to: input.source, file: "source")
        precondition(outcome?.output == input.source)
    }
    let yardstick = best(of: runs) { precondition(ParseAndSerialize.run(input.source) > 0) }
    let size = Double(input.source.count) / 1_000_000
    precondition(changed > 0)
    let cells = [
        number(size), "\(input.transformCount)", number(transformed), number(transformed / size),
        number(untouched),
        number(yardstick), number(yardstick / size), number(transformed / yardstick),
    ]
    print(cells.map { column($0, 11) }.joined())
}

print("\nGrowth of the time when the size grows eight times: 8 is linear, 64 would be quadratic.")
for shape in ScaleShapes.shapes {
    func milliseconds(_ size: Int) -> Double {
        let (source, transform) = shape.make(size)
        let bytes = Array(source.utf8)
        return best(of: 3) {
            let parsed = try? DocumentTransform(parsing: Array(transform.utf8), file: "transform")
            precondition((try? parsed?.apply(to: bytes, file: "source")) != nil)
        }
    }
    print(column(number(milliseconds(8_000) / milliseconds(1_000)), 11) + "  \(shape.name)")
}
