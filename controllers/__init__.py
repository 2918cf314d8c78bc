from . import main, portal
from . import recall
