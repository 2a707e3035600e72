import Editors
