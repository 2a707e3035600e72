/// The bridge between a debugger and the endpoint.
package struct Bridge {}
