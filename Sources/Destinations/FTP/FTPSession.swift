import Diagnostics
import Files
import Sites
import Synchronization
import SystemPackage

/// Work on an FTP server, done by runs of `curl` that start again where the connection was lost.
struct FTPSession {
    /// How many connections are used side by side: most of the time goes by in waiting for answers.
    private static let lanes = 4
    /// How many operations take as long as one more login, with what it takes to divide them.
    static let share = 8
    /// How often the same operation is tried before the publish gives up.
    private static let tries = 6
    /// How many operations one run of `curl` gets; each costs it a few kilobytes.
    private static let batch = 500

    var configuration: CurlConfiguration
    let program: CurlProgram
    let failures: FTPFailures
    /// A folder of this machine for listings.
    let workFolder: FilePath
    /// How long to wait before the second try; doubled for each further one.
    var patience = Duration.milliseconds(500)
    /// Whether the server has answered before, so that its silence is worth waiting out.
    private(set) var hasAnswered = false
    /// Whether the server does not know how to list for programs.
    private(set) var lacksMachineListings = false

    /// Creates a session.
    init(configuration: CurlConfiguration, program: CurlProgram, workFolder: FilePath) {
        self.configuration = configuration
        self.program = program
        self.workFolder = workFolder
        failures = FTPFailures(
            address: configuration.address, user: configuration.credentials.user,
            proxy: configuration.connection.proxy)
    }

    /// Does operations in order, each until it is done or the server refuses it.
    ///
    /// - Parameters:
    ///   - operations: The operations.
    ///   - resumes: Whether an upload that was cut goes on from there.
    ///   - told: Is told of the operations, by number and from any thread.
    /// - Returns: How each operation ended; those after a refusal that was not accepted are missing.
    /// - Throws: A `Failure` when the connection stays lost, or `CancellationError`.
    mutating func perform(
        _ operations: [CurlOperation], resumes: (CurlOperation) -> Bool = { _ in false },
        told: @escaping @Sendable (Int, CurlOperation.Event) -> Void = { _, _ in }
    ) async throws -> [CurlOperation.Outcome] {
        var outcomes: [CurlOperation.Outcome] = []
        var rest = operations
        var failedTries = 0
        var hasRoom = false
        while outcomes.count < operations.count {
            let batch = Array(rest.prefix(Self.batch))
            let offset = outcomes.count
            let ended = try await run(batch) { told(offset + $0, $1) }
            let good = zip(batch, ended).prefix { $0.accepts($1) }.map(\.1)
            if !good.isEmpty {
                failedTries = 0
                // What arrived has taken some of it.
                hasRoom = false
                hasAnswered = true
            }
            if ended.contains(where: { [500, 501, 502, 504].contains($0.reply) }) {
                lacksMachineListings = true
            }
            outcomes += good
            rest.removeFirst(good.count)
            // Nothing is wrong either where curl stops after a folder that need not be there.
            guard good.count < batch.count, good.count < ended.count || good.last?.isDone != false else {
                continue
            }
            let outcome =
                good.count < ended.count ? ended[good.count] : .init(code: 56, reply: 0, message: "")
            failedTries += 1
            if failedTries > 1, outcome.isCut, !hasRoom {
                hasRoom = try await findRoom(for: rest[0])
            }
            guard outcome.isTransient, failedTries < Self.tries,
                hasAnswered || ![7, 28, 35].contains(outcome.code)
            else {
                guard !outcome.isTransient else { throw failures.failure(outcome, of: rest[0]) }
                return outcomes + [outcome]
            }
            try await Task.sleep(for: patience * (1 << (failedTries - 1)))
            rest[0].resume(resumes)
        }
        return outcomes
    }

    /// Does operations that do not depend on each other over several connections, and what then is left over one.
    ///
    /// A server that allows fewer connections refuses some, whose work the others do.
    ///
    /// - Returns: How each operation ended; those after a refusal that was not accepted are missing.
    /// - Throws: A `Failure` when the connection stays lost, or `CancellationError`.
    mutating func performSideBySide(
        _ operations: [CurlOperation], resumes: (CurlOperation) -> Bool = { _ in false }
    ) async throws -> [CurlOperation.Outcome] {
        let lanes = lanes(for: operations.count)
        guard lanes > 1 else { return try await perform(operations, resumes: resumes) }
        let rows = Self.rows(of: operations.count, over: lanes)
        let ended = try await performRows(rows.map { $0.map { operations[$0] } })
        var outcomes = [CurlOperation.Outcome?](repeating: nil, count: operations.count)
        var left = operations
        for (row, ended) in zip(rows, ended) {
            for (index, outcome) in zip(row, ended) { outcomes[index] = outcome }
            if let cut = row.dropFirst(ended.count).first { left[cut].resume(resumes) }
        }
        let missing = outcomes.indices.filter { outcomes[$0] == nil }
        let rest = try await perform(missing.map { left[$0] }, resumes: resumes)
        for (index, outcome) in zip(missing, rest) { outcomes[index] = outcome }
        return Array(outcomes.prefix { $0 != nil }.compactMap(\.self))
    }

    /// Does rows of operations side by side, each over a connection of its own and as far as nothing goes wrong.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - told: Is told of the operations, by row and place and from any thread.
    /// - Returns: How the operations of each row ended up to the first that was not done.
    /// - Throws: A `Failure` when there is no `curl`, or `CancellationError`.
    func performRows(
        _ rows: [[CurlOperation]],
        told: @escaping @Sendable (Int, Int, CurlOperation.Event) -> Void = { _, _, _ in }
    ) async throws -> [[CurlOperation.Outcome]] {
        try await withThrowingTaskGroup(of: (Int, [CurlOperation.Outcome]).self) { group in
            for (number, row) in rows.enumerated() {
                group.addTask {
                    var ended: [CurlOperation.Outcome] = []
                    while ended.count < row.count {
                        let batch = Array(row.dropFirst(ended.count).prefix(Self.batch))
                        let outcomes = try await run(batch) { [start = ended.count] in
                            told(number, start + $0, $1)
                        }
                        let good = zip(batch, outcomes).prefix { $0.accepts($1) }.map(\.1)
                        ended += good
                        guard good.count == batch.count else { break }
                    }
                    return (number, ended)
                }
            }
            return try await group.reduce(into: Array(repeating: [], count: rows.count)) { $0[$1.0] = $1.1 }
        }
    }

    /// Deals the numbers below `count` out to some connections.
    static func rows(of count: Int, over lanes: Int) -> [[Int]] {
        (0..<lanes).map { Array(stride(from: $0, to: count, by: lanes)) }
    }

    /// Over how many connections so many operations are done.
    func lanes(for count: Int) -> Int { hasAnswered ? max(1, min(Self.lanes, count / Self.share)) : 1 }

    /// Does operations all of which must be done.
    ///
    /// - Throws: A `Failure` that names the first which was not.
    mutating func performAll(_ operations: [CurlOperation]) async throws {
        let outcomes = try await perform(operations)
        try check(outcomes, of: operations)
    }

    /// Sees to it that all operations were done.
    ///
    /// - Throws: A `Failure` that names the first which was not.
    func check(_ outcomes: [CurlOperation.Outcome], of operations: [CurlOperation]) throws {
        if let (outcome, operation) = zip(outcomes, operations).first(where: { !$1.accepts($0) }) {
            throw failures.failure(outcome, of: operation)
        }
    }

    /// Finds out whether an upload is cut because the server's disk is full.
    ///
    /// A server that cannot write closes the connection, which looks like any other loss; its reply is only read
    /// after a file so small that it was sent by then.
    ///
    /// - Returns: Whether there is room; false also where that could not be found out.
    /// - Throws: A `Failure` if the disk is full.
    private func findRoom(for operation: CurlOperation) async throws -> Bool {
        guard case .upload = operation.transfer else { return true }
        let sample = workFolder.appending("sample")
        try FileReplacement.write([UInt8](repeating: 0, count: 16 << 10), to: sample)
        let path = operation.path + "-sample"
        let outcome = try await run([
            CurlOperation(transfer: .upload(sample, resumes: false), path: path, name: operation.name)
        ]).first
        _ = try await run([
            CurlOperation(transfer: .nothing, path: "", commands: ["*DELE \(path)"], name: operation.name)
        ])
        if let outcome, outcome.saysFull { throw failures.failure(outcome, of: operation) }
        return outcome?.isDone == true
    }

    /// One run of `curl`.
    private func run(
        _ operations: [CurlOperation],
        told: @escaping @Sendable (Int, CurlOperation.Event) -> Void = { _, _ in }
    ) async throws -> [CurlOperation.Outcome] {
        let ended = Mutex<[CurlOperation.Outcome]>([])
        // One login that is refused is enough, but what follows does not depend on a folder that is not there.
        let stops = !hasAnswered || operations.contains { !$0.mayLack }
        let (code, words) = try await program.run(
            configuration.text(for: operations, stopsAtFailure: stops),
            report: { index, outcome in
                ended.withLock {
                    guard $0.count == index else { return }
                    $0.append(outcome)
                }
                if outcome.isDone { told(index, .done) }
            },
            moved: { bytes in told(ended.withLock { $0.count }, .moved(bytes)) })
        var outcomes = ended.withLock { $0 }
        // Where no transfer came about, only the program itself says why.
        if outcomes.count < operations.count, outcomes.allSatisfy(\.isDone), code != 0 {
            outcomes.append(.init(code: code, reply: 0, message: words))
        }
        // A refusal of the file closes its data connection as well, whichever curl notices first.
        if let index = outcomes.indices.last, !outcomes[index].isDone,
            (500...559).contains(outcomes[index].reply),
            case .upload = operations[index].transfer
        {
            outcomes[index].code = 25
        }
        return outcomes
    }
}
