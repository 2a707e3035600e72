import Diagnostics
import Files
import SystemPackage
import WebConfiguration

extension Secret {
    /// The secret that the user gives beside a URL, which comes next, and the project, which comes last.
    ///
    /// - Parameters:
    ///   - file: A file that holds the secret; nil for the variable `PTVSD_SECRET`.
    ///   - context: The world around.
    /// - Returns: The secret and where it stands; nil when neither is given.
    /// - Throws: A `Failure` when the file cannot be read, or what is given is no secret.
    static func given(file: String?, _ context: Context) throws(Failure) -> (secret: Secret, source: String)?
    {
        let (text, place): (String, String)
        if let file {
            (text, place) = (try FileContents.text(context.absolute(file)), "'\(file)'")
        } else if let value = context.environment["PTVSD_SECRET"], !value.isEmpty {
            (text, place) = (value, "PTVSD_SECRET")
        } else {
            return nil
        }
        guard let secret = Secret(text) else {
            throw Failure(
                .badInput, id: "attach-bad-secret",
                "\(place) holds no secret, or has characters that none has",
                hint: "'ptvsd-publish url' shows the attach URL; the secret is what stands before the '@'")
        }
        return (secret, place)
    }
}
