/// The Azure services that a publish talks to.
package struct AzureService {}
