/// A reason why attaching does not work, and what to do about it.
package struct Check {}
