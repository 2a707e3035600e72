/// Does something for each element, a few at a time: most of it is waiting for answers.
///
/// - Returns: What came of each, in any order.
/// - Throws: The first error; what has not begun then does not begin.
package func sideBySide<Element: Sendable, Result: Sendable>(
    _ elements: some Collection<Element>, _ work: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
        var results: [Result] = []
        for (index, element) in elements.enumerated() {
            if index >= 4, let ended = try await group.next() { results.append(ended) }
            group.addTask { try await work(element) }
        }
        for try await ended in group { results.append(ended) }
        return results
    }
}
