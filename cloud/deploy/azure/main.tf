# Azure: the cloud API in a Container App (four replicas), PostgreSQL Flexible Server with a private address, logs and two alerts.
# Formatted by terraform fmt; not validated and not run by our CI, which has no provider and no account there: read the plan before you apply it.
#
#   cd cloud/deploy/azure && terraform init && terraform plan -var name=hitchpost -var image=registry.example.org/hitchpost-cloud:0.1.0 -var public_url=https://charging.example.org -var alert_mail=you@example.org
terraform {
  required_version = ">= 1.6"
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }
    random  = { source = "hashicorp/random", version = "~> 3.6" }
  }
}

provider "azurerm" {
  features {}
}

variable "name" {
  type        = string
  description = "Prefix of every resource: lower-case letters, digits and dashes, unique for the database server."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "3 to 21 lower-case letters, digits or dashes, a letter first."
  }
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "image" {
  type        = string
  description = "The image of cloud/deploy/Dockerfile in a registry that the Container App may read."
}

variable "public_url" {
  type        = string
  description = "https address of people and hubs; point its DNS name at the output `address`."
}

variable "alert_mail" {
  type = string
}

variable "database_sku" {
  type    = string
  default = "B_Standard_B2s"
}

resource "azurerm_resource_group" "this" {
  name     = var.name
  location = var.location
}

resource "azurerm_virtual_network" "this" {
  name                = var.name
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  address_space       = ["10.20.0.0/16"]
}

resource "azurerm_subnet" "database" {
  name                 = "database"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = ["10.20.1.0/24"]
  delegation {
    name = "postgres"
    service_delegation {
      name    = "Microsoft.DBforPostgreSQL/flexibleServers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_subnet" "apps" {
  name                 = "apps"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = ["10.20.2.0/23"]
}

resource "azurerm_private_dns_zone" "database" {
  name                = "${var.name}.postgres.database.azure.com"
  resource_group_name = azurerm_resource_group.this.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "database" {
  name                  = "database"
  resource_group_name   = azurerm_resource_group.this.name
  private_dns_zone_name = azurerm_private_dns_zone.database.name
  virtual_network_id    = azurerm_virtual_network.this.id
}

# Letters and digits only: they stand in an address.
resource "random_password" "database" {
  length  = 40
  special = false
}

resource "random_password" "secret" {
  length  = 64
  special = false
}

resource "azurerm_postgresql_flexible_server" "this" {
  name                          = var.name
  resource_group_name           = azurerm_resource_group.this.name
  location                      = azurerm_resource_group.this.location
  version                       = "16"
  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.database.id
  public_network_access_enabled = false
  administrator_login           = "hitchpost"
  administrator_password        = random_password.database.result
  sku_name                      = var.database_sku
  storage_mb                    = 65536
  backup_retention_days         = 35
  depends_on                    = [azurerm_private_dns_zone_virtual_network_link.database]
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [zone]
  }
}

# Reservations need btree_gist.
resource "azurerm_postgresql_flexible_server_configuration" "extensions" {
  name      = "azure.extensions"
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = "BTREE_GIST"
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  name      = "hitchpost"
  server_id = azurerm_postgresql_flexible_server.this.id
  lifecycle {
    prevent_destroy = true
  }
}

resource "azurerm_log_analytics_workspace" "this" {
  name                = var.name
  location            = azurerm_resource_group.this.location
  resource_group_name = azurerm_resource_group.this.name
  retention_in_days   = 30
}

resource "azurerm_container_app_environment" "this" {
  name                       = var.name
  location                   = azurerm_resource_group.this.location
  resource_group_name        = azurerm_resource_group.this.name
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id
  infrastructure_subnet_id   = azurerm_subnet.apps.id
}

resource "azurerm_container_app" "cloud" {
  name                         = "${var.name}-cloud"
  resource_group_name          = azurerm_resource_group.this.name
  container_app_environment_id = azurerm_container_app_environment.this.id
  revision_mode                = "Single"

  secret {
    name  = "database-url"
    value = "postgres://hitchpost:${random_password.database.result}@${azurerm_postgresql_flexible_server.this.fqdn}:5432/hitchpost?sslmode=require"
  }
  secret {
    name  = "cloud-secret"
    value = random_password.secret.result
  }

  template {
    min_replicas = 4
    max_replicas = 8
    container {
      name   = "cloud"
      image  = var.image
      cpu    = 0.5
      memory = "1Gi"
      env {
        name        = "DATABASE_URL"
        secret_name = "database-url"
      }
      env {
        name        = "CLOUD_SECRET"
        secret_name = "cloud-secret"
      }
      env {
        name  = "CLOUD_PUBLIC_URL"
        value = var.public_url
      }
      env {
        name  = "TRUST_PROXY"
        value = "true"
      }
      startup_probe {
        transport               = "HTTP"
        port                    = 3000
        path                    = "/healthz"
        interval_seconds        = 5
        failure_count_threshold = 10
      }
      readiness_probe {
        transport = "HTTP"
        port      = 3000
        path      = "/healthz"
      }
    }
  }

  ingress {
    external_enabled = true
    target_port      = 3000
    traffic_weight {
      latest_revision = true
      percentage      = 100
    }
  }
}

resource "azurerm_monitor_action_group" "mail" {
  name                = "${var.name}-mail"
  resource_group_name = azurerm_resource_group.this.name
  short_name          = "hitchpost"
  email_receiver {
    name          = "operator"
    email_address = var.alert_mail
  }
}

resource "azurerm_monitor_metric_alert" "errors" {
  name                = "${var.name}-errors"
  resource_group_name = azurerm_resource_group.this.name
  scopes              = [azurerm_container_app.cloud.id]
  severity            = 1
  criteria {
    metric_namespace = "Microsoft.App/containerapps"
    metric_name      = "Requests"
    aggregation      = "Total"
    operator         = "GreaterThan"
    threshold        = 20
    dimension {
      name     = "statusCodeCategory"
      operator = "Include"
      values   = ["5xx"]
    }
  }
  action {
    action_group_id = azurerm_monitor_action_group.mail.id
  }
}

resource "azurerm_monitor_metric_alert" "storage" {
  name                = "${var.name}-database-storage"
  resource_group_name = azurerm_resource_group.this.name
  scopes              = [azurerm_postgresql_flexible_server.this.id]
  severity            = 1
  criteria {
    metric_namespace = "Microsoft.DBforPostgreSQL/flexibleServers"
    metric_name      = "storage_percent"
    aggregation      = "Average"
    operator         = "GreaterThan"
    threshold        = 80
  }
  action {
    action_group_id = azurerm_monitor_action_group.mail.id
  }
}

output "address" {
  description = "What the name in public_url must point at (CNAME), then bind it to the app with a managed certificate."
  value       = azurerm_container_app.cloud.ingress[0].fqdn
}
