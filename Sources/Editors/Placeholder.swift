/// What an editor is told so that it attaches.
package struct LaunchConfiguration {}
