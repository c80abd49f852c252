import "./admin.css";
import { NotFoundPage } from "../parts/not-found";
import { ApprovalsPage } from "./pages/approvals";
import { AuditPage } from "./pages/audit";
import { MessagesPage } from "./pages/messages";
import { PayoutsPage } from "./pages/payouts";
import { ReviewsPage } from "./pages/reviews";
import { UserPage } from "./pages/user";
import { UsersPage } from "./pages/users";

/** The pages of the platform's admins, by the rest of the address; what they may see and do, the cloud decides. */
export default function AdminPages({ part, id }: { part?: string; id?: string }) {
  if (part === "users" && id) return <UserPage key={id} userId={id} />;
  if (id) return <NotFoundPage />;
  switch (part) {
    case undefined:
      return <ApprovalsPage />;
    case "reviews":
      return <ReviewsPage />;
    case "messages":
      return <MessagesPage />;
    case "payouts":
      return <PayoutsPage />;
    case "users":
      return <UsersPage />;
    case "audit":
      return <AuditPage />;
    default:
      return <NotFoundPage />;
  }
}
