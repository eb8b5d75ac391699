"""The database itself refuses to rewrite the journal."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION kernel_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % refused', TG_OP;
END $$;
CREATE TRIGGER kernel_journal_rows BEFORE UPDATE OR DELETE ON kernel_journalentry
    FOR EACH ROW EXECUTE FUNCTION kernel_journal_refuse();
CREATE TRIGGER kernel_journal_whole BEFORE TRUNCATE ON kernel_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_journal_refuse();
"""

ALLOW = """
DROP TRIGGER kernel_journal_whole ON kernel_journalentry;
DROP TRIGGER kernel_journal_rows ON kernel_journalentry;
DROP FUNCTION kernel_journal_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_first_release")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
