import Tunnel
import WebConfiguration

/// What the site answered when it was asked for the endpoint's status.
package struct AnswerObservation: Sendable {
    let address: SiteURL
    /// Whether the question carried a secret.
    let isAuthorised: Bool
    /// Where the secret was taken from, where that is not the project.
    let secretSource: String?
    /// The last answer.
    var answer: SiteAnswer
    /// The statuses that came before it, while the site woke up.
    var earlier: [Int] = []
    /// The information page, where the status did not come from the endpoint.
    var page: SiteAnswer?
    /// How long all of it took.
    var duration: Duration = .zero

    /// What the endpoint says; nil when somebody else answered, or it refuses.
    var status: SiteStatus? { answer.status == 200 ? SiteStatus(json: answer.body) : nil }

    /// What kind of answer it is.
    var meaning: AnswerMeaning { AnswerMeaning(self) }
}
