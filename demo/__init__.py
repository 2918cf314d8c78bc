from . import plant  # isort: skip
from . import answer  # adds to the model that plant.py makes
