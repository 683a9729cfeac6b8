-- Who helps a member brings the papers that were asked for, too, and nobody else who is no staff.
CREATE TRIGGER answered_for_whom AFTER INSERT ON review_answer
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('recorded_by');
CREATE TRIGGER attached_for_whom AFTER INSERT ON claim_attachment
    FOR EACH ROW EXECUTE FUNCTION filed_for_whom('recorded_by');
