from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def make(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """The table in which failed sign-ins are counted."""

    dependencies = [("accounts", "0002_organisation_invitation_membership")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
