import Foundation
import TransformFuzzing

/// The case being executed, on disk, so that a crash does not take it away.
struct CaseRecord {
    /// Where the case lies.
    let path: String
    private let file: FileHandle?

    /// Creates the file, which stays open: what is written reaches the system at once and survives a crash.
    init() {
        path =
            FileManager.default.temporaryDirectory.appending(
                path: "fuzz-transform-\(ProcessInfo.processInfo.processIdentifier).case"
            ).path
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        file = FileHandle(forWritingAtPath: path)
    }

    /// Writes a case: the size of the source, a zero byte, the source, the transform.
    func write(_ testCase: TransformCase) throws {
        let content = Array("\(testCase.source.count)\0".utf8) + testCase.source + testCase.transform
        try file?.seek(toOffset: 0)
        try file?.write(contentsOf: Data(content))
        try file?.truncate(atOffset: UInt64(content.count))
    }
}
