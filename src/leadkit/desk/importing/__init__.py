"""Sheets into a store: leads, follow-ups and opportunities, every row once; what came of each; the list of imports."""

from leadkit.desk.importing.imported import Imported
from leadkit.desk.importing.leads import import_activities, import_leads, import_opportunities

__all__ = ["Imported", "import_activities", "import_leads", "import_opportunities"]
